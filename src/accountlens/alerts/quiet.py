"""Quiet hours: when nobody is told anything, by the workspace's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accountlens.catalog.habits import AlertSettings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def quiet_until(now: datetime, settings: AlertSettings, zone: ZoneInfo) -> datetime | None:
    """When it is over, where an instant (UTC without zone) lies in quiet hours or on a quiet day; else None."""
    at = now
    for _ in range(2 * len(DAYS) + 1):
        ends = _ends(at.replace(tzinfo=UTC).astimezone(zone), settings)
        if ends is None:
            return at if at > now else None
        at = ends.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    return at  # every day is quiet


def _ends(local: datetime, settings: AlertSettings) -> datetime | None:
    """The local time at which the quiet that a local time lies in is over; a quiet day ends at midnight."""
    today = datetime.combine(local.date(), time())
    if DAYS[local.weekday()] in settings.quiet_days:
        return today + timedelta(days=1)
    if settings.quiet is None:
        return None
    start, end = settings.quiet
    clock = local.time().replace(tzinfo=None)
    if start <= end:
        return datetime.combine(local.date(), end) if start <= clock < end else None
    if clock >= start:
        return datetime.combine(local.date() + timedelta(days=1), end)
    return datetime.combine(local.date(), end) if clock < end else None
