"""What people did: the activities that count, touches and points, persons behind leads; read by several families."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tests.oracle.ground import Ground, Period, Row

DAY = timedelta(days=1)
WEIGHTS = {
    "page_view": 1, "email_opened": 0.5, "email_clicked": 2, "email_replied": 5, "content_downloaded": 5,
    "form_submitted": 5, "event_registered": 2, "event_attended": 10, "social_interaction": 1, "ad_clicked": 1,
    "chat": 3, "message": 2, "call": 8, "meeting": 15,
}  # fmt: skip
BY_PEOPLE = ("call", "meeting", "message", "chat", "email_replied")
SHOWN = ("email_sent", "email_delivered", "email_bounced", "ad_impression")


def human(g: Ground) -> list[Row]:
    """Activities of people outside: no bots, none of our own."""
    return [row for row in g.rows("activities") if not row["is_bot"] and not g.is_internal(row["contact_id"])]


def of_kind(g: Ground, *kinds: str) -> list[Row]:
    return [row for row in g.once(human) if row["kind"] in kinds]


def is_touch(row: Row) -> bool:
    return row["kind"] in BY_PEOPLE or (row["kind"] == "email_sent" and not row["is_automated"])


def touches(g: Ground) -> list[Row]:
    return [row for row in g.once(human) if is_touch(row)]


def points(row: Row) -> float:
    return WEIGHTS.get(row["kind"], 0)


def within(instant: datetime | None, start: datetime, end: datetime) -> bool:
    return instant is not None and start <= instant < end


def window(g: Ground, end: datetime, days: int) -> list[Row]:
    """Human activities of the days before an instant."""
    return [row for row in g.once(human) if within(row["occurred_at"], end - days * DAY, end)]


def engaged_people(g: Ground, end: datetime, days: int = 90) -> set[str]:
    return {row["contact_id"] for row in window(g, end, days) if row["contact_id"] and points(row) > 0}


def known_before(instant: datetime | None, end: datetime) -> bool:
    """Whether what was created then is known at the end; without a date it always was."""
    return instant is None or instant < end


def live(start: datetime | None, finish: datetime | None, instant: datetime) -> bool:
    """G2: just before the instant."""
    return (start is None or start < instant) and (finish is None or finish >= instant)


def covers(start: datetime | None, finish: datetime | None, instant: datetime) -> bool:
    """Whether something at the instant falls inside the time from start up to finish."""
    return (start is None or start <= instant) and (finish is None or instant < finish)


def listed(g: Ground, instant: datetime) -> set[str]:
    """Accounts on the target list just before the instant; the control group is no target."""
    return {
        row["account_id"]
        for row in g.rows("account_list_members")
        if row["list"] == "target" and row["group"] != "control" and live(row["joined_at"], row["left_at"], instant)
    }


def duration_days(g: Ground, start: datetime, end: datetime) -> float:
    """Elapsed days; between two local midnights whole days, also where the clock is moved (G5)."""
    one, two = g.local(start), g.local(end)
    if one.time() == two.time() == time():
        return (two.date() - one.date()).days
    return (end - start) / DAY


def days_gone(g: Ground, period: Period) -> float:
    """Days of the period up to now, by the calendar: the hour that summer time takes is no less of a day."""
    return (g.local(period.as_of) - g.local(period.start)) / DAY
