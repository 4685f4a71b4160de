"""Campaigns and the pipeline, target accounts and the others, recounted."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.doings import DAY, SHOWN, human, is_touch, known_before, live
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio


def is_campaign_touch(row: Row) -> bool:
    """Something that people did, with a campaign; not what we merely send or show."""
    return bool(row["campaign_id"]) and row["kind"] not in SHOWN


def account_rows(g: Ground) -> dict[str, list[Row]]:
    """Campaign touches and touches of each account, by time and then id."""
    found: dict[str, list[Row]] = {}
    for row in sorted(human(g), key=lambda row: (row["occurred_at"], row["activity_id"])):
        if row["account_id"] and (is_campaign_touch(row) or is_touch(row)):
            found.setdefault(row["account_id"], []).append(row)
    return found


def before(g: Ground, account: str | None, end: datetime, days: float) -> list[Row]:
    """Of an account, those of the days before an instant, both ends included."""
    rows = g.once(account_rows).get(account or "", [])
    return [row for row in rows if end - days * DAY <= row["occurred_at"] <= end]


def created(period: Period, group: Group) -> list[Row]:
    return [
        row
        for row in group.ground.rows("opportunities")
        if period.has(row["created_at"]) and group.event(row["account_id"], row["created_at"])
    ]


def influenced(period: Period, group: Group) -> list[Row]:
    g = group.ground
    return [
        row
        for row in created(period, group)
        if any(map(is_campaign_touch, before(g, row["account_id"], row["created_at"], 90)))
    ]


@oracle("influenced_pipeline")
def influenced_pipeline(g: Ground, period: Period, group: Group) -> float:
    return sum(row["amount"] or 0 for row in influenced(period, group))


@oracle("influence_rate")
def influence_rate(g: Ground, period: Period, group: Group) -> float | None:
    return ratio(len(influenced(period, group)), len(created(period, group)))


@oracle("sourced_pipeline")
def sourced_pipeline(g: Ground, period: Period, group: Group) -> float:
    """The first touch of the 90 days before, of campaigns and of people, was a campaign's."""
    rows = [(row, before(g, row["account_id"], row["created_at"], 90)) for row in created(period, group)]
    return sum(row["amount"] or 0 for row, touches in rows if touches and is_campaign_touch(touches[0]))


def on_list(g: Ground, instant: datetime, *groups: str | None) -> set[str]:
    return {
        row["account_id"]
        for row in g.rows("account_list_members")
        if row["list"] == "target" and row["group"] in groups and live(row["joined_at"], row["left_at"], instant)
    }


def sold(g: Ground, start: datetime, end: datetime) -> dict[str, float]:
    """What each account bought between two instants."""
    found = dict.fromkeys(g.accounts, 0.0)
    for row in g.rows("opportunities"):
        if row["status"] == "won" and row["account_id"] and row["closed_at"] and start <= row["closed_at"] < end:
            found[row["account_id"]] += row["amount"] or 0
    return found


def per_account(sales: dict[str, float], accounts: set[str]) -> float | None:
    return ratio(sum(sales[account] for account in accounts), len(accounts))


@oracle("target_gap")
def target_gap(g: Ground, period: Period, group: Group) -> float | None:
    end = period.as_of
    known = {id_ for id_, row in g.accounts.items() if known_before(row["created_at"], end) and group.state(id_, end)}
    targets = on_list(g, end, "target", None) & known
    sales = sold(g, period.start, end)
    one, other = per_account(sales, targets), per_account(sales, known - targets)
    return None if one is None or other is None else one - other


@oracle("target_lift_did")
def target_lift_did(g: Ground, period: Period, group: Group) -> float | None:
    end = period.as_of
    previous = g.earlier(period)
    after = sold(g, period.start, end)
    earlier = sold(
        g,
        previous.start,
        min(previous.end, previous.start + (end - period.start)) if end < period.end else previous.end,
    )
    changes, targets = [], on_list(g, end, "target", None)
    for listed in (targets, on_list(g, end, "control") - targets):
        accounts = {id_ for id_ in listed if group.state(id_, end)}
        now, then = per_account(after, accounts), per_account(earlier, accounts)
        changes.append(None if now is None or then is None else now - then)
    return None if changes[0] is None or changes[1] is None else changes[0] - changes[1]
