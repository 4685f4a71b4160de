"""Customers kept and lost: retention, logo churn, and accounts that fall silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.golden.adapters import recurring
from tests.golden.adapters.recurring import ENDED, STARTED
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given, NotRunError, length, split
from tests.golden.world import LONG_AGO, Rows, Scenario

AT_START = (
    "customers_start customers_at_start start_customers starting_customers start opening_customers customers "
    "accounts_start beginning_customers"
)
AT_END = "customers_end customers_at_end end_customers ending_customers end closing_customers accounts_end"
LOST = "customers_lost lost_customers lost churned churned_customers customers_churned accounts_lost"
NEW = "customers_new new_customers new customers_acquired acquired customers_won"
KEPT = "customers_retained retained retained_customers kept"
OPENING = "opening_customers customers_at_opening at_start start_customers opening"
CLOSING = "closing_customers customers_at_closing at_end end_customers closing"
TIMES = "customers accounts memberships lifetimes rows"
LAST_DAY = "end_date ended_on ended ended_at churned_on until"
EVENTS = "events activities usage usage_events logins rows"
PRICE = 100.0


def customers(case: Case) -> list[Scenario]:
    """Counts of customers, customers with a first and a last day, or any shape of recurring revenue."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row))
    elif case.has(OPENING):
        scenarios = [_snapshots(case)]
    elif _dated(case):
        scenarios = [_times(case)]
    else:
        return recurring.revenue(case)
    return finished(case, scenarios, recurring.FIELDS)


def _dated(case: Case) -> bool:
    """Whether customers come with days, not with amounts."""
    found: list[object] = next((case.inputs.data[name] for name in split(TIMES) if name in case.inputs), [])
    return any(
        Given(row).has("start_date started_on started since", LAST_DAY) for row in found if isinstance(row, dict)
    )


def _snapshots(case: Case) -> Scenario:
    """Who was a customer at the start, and who at the end."""
    rows, middle = Rows(), frame(case)[1]
    opening = [row.text("value", ACCOUNT, "id") for row in case.group(OPENING)]
    closing = [row.text("value", ACCOUNT, "id") for row in case.group(CLOSING)]
    rows.ensure("subscriptions", "accounts")
    for name in dict.fromkeys([*opening, *closing]):
        start, end = LONG_AGO if name in opening else middle, None if name in closing else middle
        _customer(rows, rows.account(name), start, end, PRICE)
    return timed(case, Scenario(rows))


def _times(case: Case) -> Scenario:
    rows, groups = Rows(), case.group(TIMES)
    for row in groups:
        account = rows.account(row.text("id", ACCOUNT), **row.some(CUTS))
        _customer(
            rows,
            account,
            row.when(STARTED, "since") or LONG_AGO,
            row.when(ENDED),
            row.need("mrr") if row.has("mrr") else PRICE,
        )
    return timed(case, Scenario(rows), *moments(groups, STARTED, "since", ENDED))


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """So many customers at the start, lost and new; what is not told follows from the rest."""
    start, end, lost, new = (row.number(names) for names in (AT_START, AT_END, LOST, NEW))
    kept = row.number(KEPT)
    if start is None:
        start = (kept or 0) + (lost or 0)
    if lost is None and kept is not None:
        lost = start - kept
    elif lost is None:  # where nobody is told to be new: the least that must have come or gone
        lost = 0 if end is None else start + (new if new is not None else max(end - start, 0)) - end
    if new is None:
        new = 0 if end is None else end - start + lost
    for name, count in (("lost", lost), ("new", new), ("kept", start - lost)):
        if count != int(count) or count < 0:
            raise NotRunError(f"{count} customers {name}: {row.data}")
    _people(case, rows, int(start), int(lost), int(new), row.whole("reactivated customers_reactivated"))


def _people(case: Case, rows: Rows, start: int, lost: int, new: int, back: int) -> None:
    """One subscription each; those who come back had one before."""
    middle = frame(case)[1]
    rows.ensure("subscriptions", "accounts")
    for number in range(start):
        _customer(rows, rows.account(), LONG_AGO, middle if number < lost else None, PRICE)
    for number in range(new):
        account = rows.account()
        if number < back:
            _customer(rows, account, LONG_AGO, LONG_AGO + timedelta(days=365), PRICE)
        _customer(rows, account, middle, None, PRICE)


def _customer(rows: Rows, account: str, start: datetime, end: datetime | None, mrr: float) -> None:
    id = rows.fresh("subscription")
    rows.add("subscriptions", subscription_id=id, account_id=account, started_on=start, ended_on=end, mrr=mrr)


def silence(case: Case) -> list[Scenario]:
    """Events of accounts, or counts of accounts that were active and fell silent."""
    window = length(case.option("inactive_after inactivity inactivity_window window"))
    if window is not None:
        case.options[f"inactive_{window[1]}"] = window[0]
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _silent(case, rows, row))
    else:
        rows, groups = Rows(), case.need(EVENTS)
        for row in groups:
            _event(rows, rows.account(row.text(ACCOUNT), **row.some(CUTS)), row)
        scenarios = [timed(case, Scenario(rows), *moments(groups, MOMENT))]
    return finished(case, scenarios, SILENCE)


def _event(rows: Rows, account: str, row: Given) -> None:
    rows.add(
        "activities",
        activity_id=row.text("id event_id") or rows.fresh("event"),
        occurred_at=row.when(MOMENT),
        kind=row.text("kind type") or "page_view",
        is_bot=row.take("is_bot bot"),
        account_id=account,
        contact_id=rows.contact(account, f"person of {account}"),
        direction=row.text("direction") or "inbound",
    )


def _silent(case: Case, rows: Rows, row: Given) -> None:
    """Accounts active before the start; those that are lost never again."""
    active = row.whole("active_start active_at_start active accounts_start start")
    lost = row.whole("lost disengaged inactive inactive_end went_inactive")
    start, _, end = frame(case)
    days = case.options.get("inactive_days", 28 * case.options.get("inactive_months", 0) or 90)
    rows.ensure("activities", "accounts")
    for number in range(active):
        account = rows.account()
        _event(rows, account, Given({"ts": start - timedelta(days=days) + timedelta(hours=1)}))
        if number >= lost:
            _event(rows, account, Given({"ts": end - timedelta(hours=1)}))


SILENCE: dict[str, Reading] = {
    **named("active_start active_at_start", part("account_disengagement_rate", "active_start")),
    **named("lost disengaged inactive", part("account_disengagement_rate", "fell_silent disengaged lost")),
    "disengagement_rate": answer("account_disengagement_rate"),
}
