"""Accounts we reach out to before their first deal, recounted: how many, who was won, and after how many touches."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.doings import human, is_touch
from tests.oracle.ground import Ground, Group, Period, Row, oracle, ratio
from tests.oracle.qualification import reached_at

NEVER = datetime.max


def outreach(g: Ground) -> dict[str, list[Row]]:
    """Outbound touches of each account before its first deal was won, in order."""
    wins = reached_at(g, "closed_at", "won")
    found: dict[str, list[Row]] = {}
    for row in sorted(human(g), key=lambda row: (row["occurred_at"], row["activity_id"])):
        account = row["account_id"]
        if (
            is_touch(row)
            and row["direction"] == "outbound"
            and account
            and row["occurred_at"] < wins.get(account, NEVER)
        ):
            found.setdefault(account, []).append(row)
    return found


def contacted(g: Ground, period: Period, group: Group) -> list[tuple[str, datetime]]:
    """Accounts touched in the period, with the first touch, by which they are grouped."""
    found = []
    for account, rows in g.once(outreach).items():
        inside = [row["occurred_at"] for row in rows if period.has(row["occurred_at"])]
        if inside and group.event(account, inside[0]):
            found.append((account, inside[0]))
    return found


@oracle("accounts_contacted")
def accounts_contacted(g: Ground, period: Period, group: Group) -> float:
    return len(contacted(g, period, group))


@oracle("client_acquisition_rate")
def client_acquisition_rate(g: Ground, period: Period, group: Group) -> float | None:
    wins, rows = reached_at(g, "closed_at", "won"), contacted(g, period, group)
    return ratio(sum(at < wins.get(account, NEVER) < period.as_of for account, at in rows), len(rows))


def curve(g: Ground, period: Period, group: Group) -> list[tuple[int, int]]:
    """Accounts at risk and won after each touch, from the first one on, up to the period's end."""
    end, wins = period.as_of, reached_at(g, "closed_at", "won")
    counts: list[tuple[int, bool]] = []
    for account, rows in g.once(outreach).items():
        number = sum(row["occurred_at"] < end for row in rows)
        if number and group.state(account, end):
            counts.append((number, wins.get(account, NEVER) < end))
    longest = max((number for number, _ in counts), default=0)
    return [
        (sum(number >= k for number, _ in counts), sum(number == k and won for number, won in counts))
        for k in range(1, longest + 1)
    ]


def saturation(points: list[tuple[int, int]], at_least: int) -> float | None:
    """The smallest k from which on every judged touch wins less than 1 %."""
    judged = [(k, won / at_risk) for k, (at_risk, won) in enumerate(points, 1) if at_risk >= at_least]
    from_here = [k for k, _ in judged if all(marginal < 0.01 for j, marginal in judged if j >= k)]
    return min(from_here, default=None)


@oracle("touch_saturation")
def touch_saturation(g: Ground, period: Period, group: Group) -> float | None:
    return saturation(curve(g, period, group), 20)


@oracle("touch_saturation(min_at_risk=2)")
def touch_saturation_of_few(g: Ground, period: Period, group: Group) -> float | None:
    return saturation(curve(g, period, group), 2)
