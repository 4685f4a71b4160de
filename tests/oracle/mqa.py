"""Marketing-qualified accounts recounted: the instants at which points, people and fit all hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.oracle.doings import DAY, human, listed, points
from tests.oracle.ground import Ground, Group, Period, Recount, oracle, ratio

Spells = dict[str, list[tuple[datetime, datetime, bool]]]  # account → from, to, whether it is an entry
WINDOW, COOLDOWN = 90 * DAY, 90 * DAY


def spells(g: Ground, min_points: float, min_people: int, needs_fit: bool) -> Spells:
    """When each account was qualified: looked at right after every event, and whenever one leaves the window."""
    found: Spells = {}
    for account, known in g.accounts.items():
        if needs_fit and (known["fit_score"] is None or known["fit_score"] < 50):
            continue
        events = [
            (row["occurred_at"], points(row), row["contact_id"])
            for row in g.once(human)
            if row["account_id"] == account
        ]
        events = [event for event in events if event[1] > 0]
        start = left = None
        for instant in sorted({at for at, _, _ in events} | {at + WINDOW for at, _, _ in events}):
            seen = [event for event in events if event[0] <= instant < event[0] + WINDOW]
            people = {contact for _, _, contact in seen if contact}
            holds = sum(weight for _, weight, _ in seen) >= min_points and len(people) >= min_people
            if holds and start is None:
                start, enters = instant, left is None or instant - left >= COOLDOWN
            if start is not None and not holds:
                found.setdefault(account, []).append((start, instant, enters))
                start, left = None, instant
    return found


def by_default(g: Ground) -> Spells:
    return spells(g, 100, 2, True)


def by_less(g: Ground) -> Spells:
    return spells(g, 20, 2, False)


def entries(found: Spells, period: Period, group: Group) -> list[tuple[str, datetime]]:
    return [
        (account, start)
        for account, times in found.items()
        for start, _, enters in times
        if enters and period.has(start) and group.event(account, start)
    ]


def qualified(found: Spells, period: Period, group: Group) -> set[str]:
    """Accounts that are qualified just before the period's end."""
    end = period.as_of
    return {
        account
        for account, times in found.items()
        if any(start < end <= left for start, left, _ in times) and group.state(account, end)
    }


def accepted(g: Ground, account: str, entry: datetime) -> bool:
    return any(
        row["account_id"] == account and row["stage"] == "sqa" and row["occurred_at"] < g.now
        and entry <= row["occurred_at"] <= entry + 30 * DAY
        for row in g.rows("account_stage_events")
    )  # fmt: skip


def four_numbers(options: str, computed: Callable[[Ground], Spells]) -> None:
    """Entries, stock, share of the target list and what sales accepted, by the same tests."""

    def count(g: Ground, period: Period, group: Group) -> float | None:
        return len({account for account, _ in entries(g.once(computed), period, group)})

    def still(g: Ground, period: Period, group: Group) -> float | None:
        return len(qualified(g.once(computed), period, group))

    def rate(g: Ground, period: Period, group: Group) -> float | None:
        targets = {account for account in listed(g, period.as_of) if group.state(account, period.as_of)}
        return ratio(len(qualified(g.once(computed), period, group) & targets), len(targets))

    def to_sqa(g: Ground, period: Period, group: Group) -> float | None:
        cohort = entries(g.once(computed), period, group)
        return ratio(sum(accepted(g, account, entry) for account, entry in cohort), len(cohort))

    recounts: dict[str, Recount] = {"mqa_count": count, "mqa_open": still, "mqa_rate": rate, "mqa_to_sqa_rate": to_sqa}
    for kpi, recount in recounts.items():
        oracle(kpi + options)(recount)


four_numbers("", by_default)
four_numbers("(min_points=20, require_fit=false)", by_less)


@oracle("sqa_count")
def sqa_count(g: Ground, period: Period, group: Group) -> float:
    return len(
        {
            row["account_id"]
            for row in g.rows("account_stage_events")
            if row["stage"] == "sqa" and row["account_id"] and period.has(row["occurred_at"])
            and group.event(row["account_id"], row["occurred_at"])
        }
    )  # fmt: skip
