"""Engagement, recounted: points, visits, downloads, events, conversations, and how often we are in touch."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from tests.oracle.doings import DAY, days_gone, duration_days, known_before, of_kind, points, touches, window
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio


def happened(period: Period, group: Group, rows: list[Row]) -> list[Row]:
    """The rows of the period and group."""
    return [
        row for row in rows if period.has(row["occurred_at"]) and group.event(row["account_id"], row["occurred_at"])
    ]


def scores(g: Ground, period: Period, group: Group) -> dict[str | None, float]:
    """Engagement score at the period's end of every account of the group with an event; None is no account."""
    found: dict[str | None, float] = defaultdict(float)
    for row in window(g, period.as_of, 90):
        if group.state(row["account_id"], period.as_of):
            found[row["account_id"]] += points(row) * 2 ** (-(period.as_of - row["occurred_at"]) / DAY / 30)
    return found


@oracle("engagement_score")
def engagement_score(g: Ground, period: Period, group: Group) -> float:
    return sum(scores(g, period, group).values())


@oracle("engaged_accounts")
def engaged_accounts(g: Ground, period: Period, group: Group) -> float:
    return sum(score >= 10 for account, score in scores(g, period, group).items() if account is not None)


@oracle("engaged_account_rate")
def engaged_account_rate(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(engaged_accounts(g, period, group), len(known_accounts(g, period, group)))


def known_accounts(g: Ground, period: Period, group: Group) -> list[str]:
    return [
        row["account_id"]
        for row in g.rows("accounts")
        if known_before(row["created_at"], period.as_of) and group.state(row["account_id"], period.as_of)
    ]


@oracle("website_visits")
def website_visits(g: Ground, period: Period, group: Group) -> float:
    """First pages of a session id, and pages after a pause of 30 minutes of whoever has none."""
    views: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in of_kind(g, "page_view"):
        views[row["account_id"], row["session_id"], None if row["session_id"] else row["contact_id"]].append(row)
    begun: list[Row] = []
    for (_, session, _), pages in views.items():
        pages.sort(key=lambda row: row["occurred_at"])
        begun.append(pages[0])
        for before, page in pairwise(pages):
            if session is None and page["occurred_at"] - before["occurred_at"] >= timedelta(minutes=30):
                begun.append(page)
    return len(happened(period, group, begun))


@oracle("content_downloads")
def content_downloads(g: Ground, period: Period, group: Group) -> float:
    return len(happened(period, group, of_kind(g, "content_downloaded")))


@oracle("social_interactions")
def social_interactions(g: Ground, period: Period, group: Group) -> float:
    return len(happened(period, group, of_kind(g, "social_interaction")))


@oracle("conversations")
def conversations(g: Ground, period: Period, group: Group) -> float:
    meant = of_kind(g, "call", "meeting")
    return len(happened(period, group, [row for row in meant if row["status"] == "completed" and row["contact_id"]]))


def once_per_event(rows: list[Row]) -> list[Row]:
    """The first row of each person at each event; who or what is not known by name is one of its own."""
    first: dict[tuple[str, ...], Row] = {}
    for row in sorted(rows, key=lambda row: (row["occurred_at"], row["activity_id"])):
        known = row["contact_id"] and row["campaign_id"]
        first.setdefault((row["contact_id"], row["campaign_id"]) if known else (row["activity_id"],), row)
    return list(first.values())


@oracle("event_attendance")
def event_attendance(g: Ground, period: Period, group: Group) -> float:
    there = [row for row in of_kind(g, "event_attended") if row["status"] in (None, "attended")]
    return len(happened(period, group, once_per_event(there)))


@oracle("event_attendance_rate")
def event_attendance_rate(g: Ground, period: Period, group: Group) -> float | None:
    registered = once_per_event(of_kind(g, "event_registered"))
    return ratio(event_attendance(g, period, group), len(happened(period, group, registered)))


@oracle("interaction_frequency")
def interaction_frequency(g: Ground, period: Period, group: Group) -> float | None:
    """Per account known and 30 days; of the days gone."""
    return ratio(
        len(happened(period, group, touches(g))) * 30, len(known_accounts(g, period, group)) * days_gone(g, period)
    )


def directed(g: Ground, period: Period, group: Group, direction: str) -> float:
    return sum(row["direction"] == direction for row in happened(period, group, touches(g)))


@oracle("inbound_touches")
def inbound_touches(g: Ground, period: Period, group: Group) -> float:
    return directed(g, period, group, "inbound")


@oracle("outbound_touches")
def outbound_touches(g: Ground, period: Period, group: Group) -> float:
    return directed(g, period, group, "outbound")


@oracle("inbound_outbound_ratio")
def inbound_outbound_ratio(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(directed(g, period, group, "inbound"), directed(g, period, group, "outbound"))


def touched_at(g: Ground, period: Period, group: Group) -> dict[str, list[datetime]]:
    """When each account of the group was touched before the period's end, in order."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in sorted(touches(g), key=lambda row: row["occurred_at"]):
        account = row["account_id"]
        if account is not None and row["occurred_at"] < period.as_of and group.state(account, period.as_of):
            found[account].append(row["occurred_at"])
    return found


@oracle("interaction_gap_days")
def interaction_gap_days(g: Ground, period: Period, group: Group) -> float | None:
    return mean([duration_days(g, times[-1], period.as_of) for times in touched_at(g, period, group).values()])


def gaps(g: Ground, period: Period, group: Group, times: list[datetime]) -> list[float]:
    """Days between the touches of the period."""
    return [duration_days(g, one, two) for one, two in pairwise(time for time in times if time >= period.start)]


@oracle("max_gap_days")
def max_gap_days(g: Ground, period: Period, group: Group) -> float | None:
    return mean(
        [
            max([*gaps(g, period, group, times), duration_days(g, times[-1], period.as_of)])
            for times in touched_at(g, period, group).values()
        ]
    )


@oracle("mean_gap_days")
def mean_gap_days(g: Ground, period: Period, group: Group) -> float | None:
    means = [mean(gaps(g, period, group, times)) for times in touched_at(g, period, group).values()]
    return mean([value for value in means if value is not None])
