"""What people did: visits, downloads, events, calls and meetings, and the time between touches."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.golden.adapters.engagement import KIND, PERSON, kind_of
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named
from tests.golden.words import Given
from tests.golden.world import LONG_AGO, Rows, Scenario

EVENTS = (
    "events activities touches interactions visits page_views sessions downloads registrations calls meetings "
    "conversations attendances rows"
)
WHEN = f"{MOMENT} ds day value"
USUAL = {  # what an event is that does not say it
    "website_visits": "page_view",
    "content_downloads": "content_downloaded",
    "event_attendance": "event_attended",
    "event_attendance_rate": "event_attended",
    "social_interactions": "social_interaction",
}
ATTENDED = ("attended", "attendee", "present")


def interactions(case: Case) -> list[Scenario]:
    """Events one by one, as bare times, or counted."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _counted(case, rows, row))
    else:
        rows, groups = Rows(), case.need(EVENTS)
        for row in groups:
            _event(case, rows, row)
        for row in case.group("accounts"):
            rows.account(row.text(ACCOUNT, "id value"), created_at=row.when("created_at created"), **row.some(CUTS))
        scenarios = [timed(case, Scenario(rows), *moments(groups, WHEN))]
    return finished(case, scenarios, FIELDS)


def _event(case: Case, rows: Rows, row: Given) -> None:
    """A call that reached somebody, unless the KPI or the row says what it was."""
    word = row.text(KIND) or USUAL.get(case.kpi, "call")
    kind = "event_attended" if word in ATTENDED else "event_registered" if word == "registered" else kind_of(word)
    account = rows.account(row.text(ACCOUNT) or "account1", **row.some(CUTS))
    moment = row.when(WHEN) or frame(case)[1]
    for _ in range(row.whole("count n", default=1)):
        _add(rows, kind, account, moment, row)


def _add(rows: Rows, kind: str, account: str, moment: datetime, row: Given) -> None:
    rows.add(
        "activities",
        activity_id=row.text("id event_id activity_id") or rows.fresh("event"),
        occurred_at=moment,
        kind=kind,
        account_id=account,
        contact_id=rows.contact(account, row.text(PERSON, "visitor visitor_id") or f"person of {account}"),
        session_id=row.text("session session_id"),
        campaign_id=row.text("campaign_id campaign webinar"),
        status=row.text("status") or ("completed" if kind in ("call", "meeting") else None),
        is_bot=row.take("is_bot bot"),
        is_automated=row.take("is_automated automated"),
        **row.some("direction channel minutes"),
    )


def _counted(case: Case, rows: Rows, row: Given) -> None:
    """So many touches either way over so many accounts; so many people registered, of whom some attended."""
    start, middle, _ = frame(case)
    accounts = [rows.account(created_at=LONG_AGO) for _ in range(row.whole("accounts", default=1))]
    rows.ensure("activities")
    inbound, outbound = row.whole("inbound inbound_touches"), row.whole("outbound outbound_touches")
    counts = {
        "inbound": inbound,
        "outbound": outbound,
        "": row.whole("touches interactions", default=inbound + outbound) - inbound - outbound,
    }
    for direction, count in counts.items():
        for number in range(count):
            given = Given({"direction": direction or None})
            _add(rows, "call", accounts[number % len(accounts)], middle + timedelta(minutes=number), given)
    attended = row.whole("attended attendees")
    for kind, count in (
        ("event_registered", row.whole("registered registrations", default=attended)),
        ("event_attended", attended),
    ):
        for number in range(count):
            given = Given({"person": f"guest{number}", "campaign": "event1"})
            _add(rows, kind, accounts[0], start + timedelta(days=1), given)


FIELDS: dict[str, Reading] = {
    **{
        kpi: answer(kpi)
        for kpi in ("event_attendance", "event_attendance_rate", "conversations", "interaction_frequency")
    },
    **named("inbound inbound_touches", answer("inbound_touches")),
    **named("outbound outbound_touches", answer("outbound_touches")),
    **named("ratio inbound_outbound_ratio", answer("inbound_outbound_ratio")),
    **named("days_since_last last_touch_days", answer("interaction_gap_days")),
    **named("max_gap max_gap_days", answer("max_gap_days")),
    **named("mean_gap mean_gap_days", answer("mean_gap_days")),
    **named("sessions visits", answer("website_visits", unit="session")),
    **named("page_views pageviews", answer("website_visits", unit="page_view")),
    **named("visitors unique_visitors", answer("website_visits", unit="visitor")),
    "business_days": answer("interaction_gap_days", business_days=True),
}
