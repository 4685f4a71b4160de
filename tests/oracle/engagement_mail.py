"""Mails and what became of them, recounted once per message and recipient."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from tests.oracle.ground import DAY, Ground, Group, Period, Row, oracle, ratio


class Mail(NamedTuple):
    sent: datetime
    account: str | None
    by_hand: bool
    bounced: bool
    hard: bool
    soft: bool
    opens: list[Row]
    clicks: list[Row]

    def opened(self, machines: bool = False, days: float | None = None) -> bool:
        return self._any(self.opens, machines, days)

    def clicked(self, machines: bool = False, days: float | None = None) -> bool:
        return self._any(self.clicks, machines, days)

    def _any(self, rows: list[Row], machines: bool, days: float | None) -> bool:
        """Whether a person (or a machine) did it, within so many days after the mail was sent."""
        return any(
            (machines or not row["is_bot"]) and (days is None or row["occurred_at"] - self.sent <= days * DAY)
            for row in rows
        )


def mails(g: Ground, period: Period, group: Group) -> list[Mail]:
    """Mails sent in the period to people of the group, with what became of them up to now."""
    return [mail for mail in g.once(all_mails) if period.has(mail.sent) and group.event(mail.account, mail.sent)]


def all_mails(g: Ground) -> list[Mail]:
    rows: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in g.rows("activities"):
        if row["kind"].startswith("email_") and not g.is_internal(row["contact_id"]) and row["occurred_at"] < g.now:
            mail = (row["message_id"], row["contact_id"]) if row["message_id"] else (row["activity_id"],)
            rows[mail].append(row)
    return [mail for mail in map(one_mail, rows.values()) if mail is not None]


def one_mail(rows: list[Row]) -> Mail | None:
    sent = sorted(
        (row for row in rows if row["kind"] == "email_sent" and not row["is_bot"]),
        key=lambda row: (row["occurred_at"], row["activity_id"]),
    )
    if not sent:
        return None
    bounces = [row["status"] for row in rows if row["kind"] == "email_bounced"]
    return Mail(
        sent[0]["occurred_at"],
        sent[0]["account_id"],
        not any(row["is_automated"] for row in sent),
        bool(bounces),
        "hard" in bounces,
        "soft" in bounces and "hard" not in bounces,
        [row for row in rows if row["kind"] == "email_opened"],
        [row for row in rows if row["kind"] == "email_clicked"],
    )


@oracle("email_open_rate")
def email_open_rate(g: Ground, period: Period, group: Group) -> float | None:
    arrived = [mail for mail in mails(g, period, group) if not mail.bounced]
    return ratio(sum(mail.opened() for mail in arrived), len(arrived))


@oracle("email_click_rate")
def email_click_rate(g: Ground, period: Period, group: Group) -> float | None:
    arrived = [mail for mail in mails(g, period, group) if not mail.bounced]
    return ratio(sum(mail.clicked() for mail in arrived), len(arrived))


@oracle("email_ctor")
def email_ctor(g: Ground, period: Period, group: Group) -> float | None:
    arrived = [mail for mail in mails(g, period, group) if not mail.bounced]
    return ratio(sum(mail.clicked() for mail in arrived), sum(mail.opened() for mail in arrived))


@oracle("email_hard_bounce_rate")
def email_hard_bounce_rate(g: Ground, period: Period, group: Group) -> float | None:
    sent = mails(g, period, group)
    return ratio(sum(mail.hard for mail in sent), len(sent))


@oracle("email_soft_bounce_rate")
def email_soft_bounce_rate(g: Ground, period: Period, group: Group) -> float | None:
    sent = mails(g, period, group)
    return ratio(sum(mail.soft for mail in sent), len(sent))
