"""Engagement by other options than the default ones (sheet 1)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise

from tests.oracle.doings import DAY, engaged_people, of_kind, points, window
from tests.oracle.engagement import happened, known_accounts, touched_at
from tests.oracle.engagement_mail import Mail, mails
from tests.oracle.engagement_people import known_contacts
from tests.oracle.ground import Ground, Group, Period, Row, mean, oracle, ratio

TARGET_ROLES = ("champion", "economic_buyer", "decision_maker", "technical")


def seen(g: Ground, period: Period, group: Group, days: int = 90) -> list[Row]:
    return [row for row in window(g, period.as_of, days) if group.state(row["account_id"], period.as_of)]


def age(period: Period, row: Row) -> float:
    return (period.as_of - row["occurred_at"]) / DAY


@oracle("engagement_score(decay=none)")
def undecayed(g: Ground, period: Period, group: Group) -> float:
    return sum(map(points, seen(g, period, group)))


@oracle("engagement_score(decay=linear)")
def evenly_decayed(g: Ground, period: Period, group: Group) -> float:
    return sum(points(row) * (1 - age(period, row) / 90) for row in seen(g, period, group))


@oracle("engagement_score(half_life_days=7, window_days=30)")
def soon_forgotten(g: Ground, period: Period, group: Group) -> float:
    return sum(points(row) * 2 ** (-age(period, row) / 7) for row in seen(g, period, group, 30))


@oracle("engagement_score(role_multipliers={champion: 2, user: 0.5})")
def by_role(g: Ground, period: Period, group: Group) -> float:
    total = 0.0
    for row in seen(g, period, group):
        role = g.contacts.get(row["contact_id"], {}).get("buying_role") if row["contact_id"] else None
        total += points(row) * {"champion": 2.0, "user": 0.5}.get(role or "", 1.0) * 2 ** (-age(period, row) / 30)
    return total


@oracle("engaged_account_rate(threshold=1)")
def engaged_a_little(g: Ground, period: Period, group: Group) -> float | None:
    scores: dict[str, float] = {}
    for row in seen(g, period, group):
        if row["account_id"]:
            scores[row["account_id"]] = scores.get(row["account_id"], 0) + points(row) * 2 ** (-age(period, row) / 30)
    return ratio(sum(score >= 1 for score in scores.values()), len(known_accounts(g, period, group)))


@oracle("website_visits(unit=page_view)")
def pages(g: Ground, period: Period, group: Group) -> float:
    return len(happened(period, group, of_kind(g, "page_view")))


@oracle("website_visits(unit=visitor)")
def visitors(g: Ground, period: Period, group: Group) -> float:
    rows = happened(period, group, of_kind(g, "page_view"))
    return len({row["contact_id"] for row in rows if row["contact_id"]})


def arrived(g: Ground, period: Period, group: Group) -> list[Mail]:
    return [mail for mail in mails(g, period, group) if not mail.bounced]


@oracle("email_open_rate(include_machine=true)")
def opened_by_any(g: Ground, period: Period, group: Group) -> float | None:
    found = arrived(g, period, group)
    return ratio(sum(mail.opened(machines=True) for mail in found), len(found))


@oracle("email_open_rate(within_days=3)")
def opened_soon(g: Ground, period: Period, group: Group) -> float | None:
    found = arrived(g, period, group)
    return ratio(sum(mail.opened(days=3) for mail in found), len(found))


@oracle("email_click_rate(mail=manual, per=sent)")
def clicks_of_those_sent_by_hand(g: Ground, period: Period, group: Group) -> float | None:
    found = [mail for mail in mails(g, period, group) if mail.by_hand]
    return ratio(sum(mail.clicked() and not mail.bounced for mail in found), len(found))


@oracle("email_ctor(click_implies_open=true)")
def clicks_of_opened(g: Ground, period: Period, group: Group) -> float | None:
    found = arrived(g, period, group)
    return ratio(sum(mail.clicked() for mail in found), sum(mail.opened() or mail.clicked() for mail in found))


@oracle("email_hard_bounce_rate(mail=automated)")
def automated_bounces(g: Ground, period: Period, group: Group) -> float | None:
    found = [mail for mail in mails(g, period, group) if not mail.by_hand]
    return ratio(sum(mail.hard for mail in found), len(found))


def working_days(g: Ground, start: datetime, end: datetime) -> float:
    """What of the time, on the clock on the wall, lies on Monday to Friday; in days."""
    one, two = g.local(start), g.local(end)
    day, total = datetime.combine(one.date(), time()), timedelta()
    while day < two:
        if day.weekday() < 5:
            total += max(min(two, day + DAY) - max(one, day), timedelta())
        day += DAY
    return total / DAY


@oracle("interaction_gap_days(business_days=true)")
def working_days_since(g: Ground, period: Period, group: Group) -> float | None:
    return mean([working_days(g, times[-1], period.as_of) for times in touched_at(g, period, group).values()])


@oracle("mean_gap_days(business_days=true)")
def mean_working_days(g: Ground, period: Period, group: Group) -> float | None:
    means = [
        mean([working_days(g, *pair) for pair in pairwise(at for at in times if at >= period.start)])
        for times in touched_at(g, period, group).values()
    ]
    return mean([value for value in means if value is not None])


@oracle("stakeholders_engaged(window_days=7)")
def people_of_a_week(g: Ground, period: Period, group: Group) -> float:
    return len({row["contact_id"] for row in seen(g, period, group, 7) if row["contact_id"] and points(row) > 0})


@oracle("account_penetration(denominator=target_roles)")
def penetration_of_roles(g: Ground, period: Period, group: Group) -> float | None:
    known = {row["contact_id"] for row in known_contacts(g, period, group) if row["buying_role"] in TARGET_ROLES}
    return ratio(len(known & engaged_people(g, period.as_of)), len(known))


@oracle("buying_group_coverage(buying_roles=[champion, user], reached=identified)")
def roles_known(g: Ground, period: Period, group: Group) -> float | None:
    accounts = known_accounts(g, period, group)
    held = {
        (row["account_id"], row["buying_role"])
        for row in known_contacts(g, period, group)
        if row["account_id"] in accounts and row["buying_role"] in ("champion", "user")
    }
    return ratio(len(held), 2 * len(accounts))
