"""Support and use of the product: first responses, resolutions, seats, features, stickiness."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given, NotRunError
from tests.golden.world import LONG_AGO, Rows, Scenario

CREATED = "created created_at opened opened_at ts received_at"
REPLIED = "first_public_agent_reply first_response_at first_reply first_reply_at first_response first_agent_reply replied_at responded_at"
SOLVED = "solved solved_at resolved resolved_at closed closed_at"
COMMENTS = "comments replies messages"
USE = "usage usage_events events logins rows"
USED = f"day ds {MOMENT}"


def tickets(case: Case) -> list[Scenario]:
    """Tickets with the first reply and the solution, or with their comments."""
    rows, groups = Rows(), case.need("tickets conversations rows")
    rows.ensure("tickets", "accounts")
    for row in groups:
        _ticket(case, rows, row)
    for comment in case.group(COMMENTS, "ticket_comments"):
        _comment(rows, comment, str(comment.text("ticket ticket_id")))
    scenario = timed(case, Scenario(rows), *moments(groups, CREATED if case.kpi != "resolution_time" else SOLVED))
    if scenario.as_of is None:  # what became of them is known too
        scenario.as_of = max(
            [scenario.end, *(moment + timedelta(days=1) for moment in moments(groups, REPLIED, SOLVED))]
        )
    if hours := _hours(case):
        scenario.settings["business_hours"] = hours
    return finished(case, [scenario], _times(case.kpi))


def _ticket(case: Case, rows: Rows, row: Given) -> None:
    id, created = row.text("id ticket ticket_id") or rows.fresh("ticket"), row.when(CREATED) or frame(case)[1]
    solving = case.kpi == "resolution_time"
    waited, took = ("", "resolution_hours hours value") if solving else ("first_response_minutes minutes value", "")
    for _ in range(row.whole("n count", default=1)):
        rows.add(
            "tickets",
            ticket_id=id,
            created_at=created,
            account_id=rows.account(row.text(ACCOUNT) or "account1", **row.some(CUTS)),
            first_response_at=row.when(REPLIED) or _after(created, row, "minutes", waited),
            solved_at=row.when(SOLVED) or _after(created, row, "hours", took),
            reopened_at=row.when("reopened_at reopened"),
            **row.some("priority status"),
        )
        for comment in row.take(COMMENTS, default=[]):
            _comment(rows, Given(comment), id)
        id = rows.fresh("ticket")


def _after(created: datetime, row: Given, unit: str, names: str) -> datetime | None:
    """A duration instead of an instant."""
    found = row.number(names)
    return None if found is None else created + timedelta(**{unit: found})


def _comment(rows: Rows, comment: Given, ticket: str) -> None:
    author, public = comment.text("author_kind author by from") or "agent", comment.take("is_public public")
    if (internal := comment.take("internal is_internal private")) is not None:
        public = not internal
    rows.add(
        "ticket_comments",
        ticket_id=ticket,
        occurred_at=comment.when("created_at", MOMENT),
        author_kind="bot" if comment.take("is_bot bot auto automatic is_auto") else author,
        is_public=True if public is None else public,
    )


def _hours(case: Case) -> str | None:
    """Opening hours, as `[{days, from, to}]` or as a text, are the workspace's."""
    names = "business_hours schedule opening_hours"
    found = case.inputs.take(names, default=case.option("business_hours"))
    if isinstance(found, list | dict):
        parts = map(Given, [found] if isinstance(found, dict) else found)
        return ", ".join(f"{row['days']} {row.text('from start')}-{row.text('to end')}" for row in parts)
    return str(found) if found else None


def _times(kpi: str) -> dict[str, Reading]:
    return {
        **named("minutes hours median median_minutes median_hours", answer(kpi)),
        **named("calendar_minutes calendar_hours calendar", answer(kpi, hours="calendar")),
        **named("business_minutes business_hours business", answer(kpi, hours="business")),
        **named("mean_minutes mean_hours average_minutes", answer(kpi, stat="mean")),
        **named("p90_minutes p90_hours", answer(kpi, stat="p90")),
    }


def counts(case: Case) -> list[Scenario]:
    """How many tickets there are, and how many are open."""
    rows, groups = Rows(), case.need("tickets rows" if case.has("tickets rows") else AGGREGATES)
    rows.ensure("tickets", "accounts")
    for row in groups:
        _ticket(case, rows, row if not row.has("tickets") else Given({"n": row.whole("tickets")}))
    fields = {**named("tickets created", answer("support_tickets")), "backlog": answer("ticket_backlog")}
    return finished(case, [timed(case, Scenario(rows), *moments(groups, CREATED))], fields)


def adoption(case: Case) -> list[Scenario]:
    """Daily and monthly users, seats, features; or the use itself."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _adopted(case, rows, row))
    else:
        scenarios = [_usage(case)]
    return finished(case, scenarios, ADOPTION)


def _usage(case: Case) -> Scenario:
    rows, groups = Rows(), case.need(USE)
    rows.ensure("usage_events", "accounts")
    for row in groups:
        account = rows.account(row.text(ACCOUNT) or "account1")
        who = row.text("user user_id contact contact_id person") or "user1"
        _use(rows, account, who, row.when(USED) or frame(case)[1], row.text("feature action"))
    for row in case.group("licences licenses entitlements seats"):
        rows.add(
            "licences",
            account_id=rows.account(row.text(ACCOUNT) or "account1"),
            feature=row.text("feature"),
            seats=row.number("seats licensed value"),
            started_on=row.when("start started_on") or LONG_AGO,
            ended_on=row.when("end ended_on"),
        )
    return timed(case, Scenario(rows), *moments(groups, USED))


def _use(rows: Rows, account: str, user: str, moment: datetime, feature: str | None) -> None:
    who = rows.contact(account, user)
    rows.add("usage_events", account_id=account, contact_id=who, occurred_at=moment, feature=feature, count=1)


def _adopted(case: Case, rows: Rows, row: Given) -> None:
    """So many seats and people, so many features and used ones, so many people a day and a month."""
    account, yesterday = rows.account("account1"), frame(case)[2] - timedelta(days=1)
    rows.ensure("usage_events")
    if row.has("mau monthly_active_users"):
        _sticky(case, rows, row, account)
    seats = row.number("seats licensed_users licences licenses licensed purchased_seats")
    if seats is not None:
        rows.add("licences", account_id=account, seats=seats, started_on=LONG_AGO)
        for number in range(row.whole("active_users active active_licensed_users users used_seats")):
            _use(rows, account, f"user{number}", yesterday, None)
    for number in range(
        row.whole("features_entitled entitled_features features available_features total_features entitled")
    ):
        rows.add("licences", account_id=account, feature=f"feature{number}", started_on=LONG_AGO)
    for number in range(row.whole("features_used used_features adopted_features used")):
        _use(rows, account, "user0", yesterday, f"feature{number}")


def _sticky(case: Case, rows: Rows, row: Given, account: str) -> None:
    """So many people in the last 30 days, so many of them on a day in the mean."""
    days, users = int(case.options.get("window_days", 30)), row.whole("mau monthly_active_users")
    daily = Fraction(row.need("dau daily_active_users average_dau avg_dau")).limit_denominator(10_000)
    total = daily * days
    if total.denominator != 1 or not users <= total <= users * days:
        raise NotRunError(f"no days of use have these means: {row.data}")
    each, more = divmod(int(total), users or 1)
    for number in range(users):
        for day in range(each + (number < more)):
            moment = frame(case)[2] - timedelta(days=(number + day) % days, hours=12)
            _use(rows, account, f"user{number}", moment, None)


ADOPTION: dict[str, Reading] = {
    **named("dau_mau stickiness dau_mau_ratio", answer("stickiness")),
    **named("seat_adoption seat_utilisation seat_utilization adoption_rate", answer("seat_adoption")),
    **named("feature_breadth feature_adoption breadth", answer("feature_breadth")),
    "active_users": part("seat_adoption", "active_users"),
    "seats": part("seat_adoption", "seats"),
    "mau": part("stickiness", "users"),
}
