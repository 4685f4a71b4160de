"""The same question asked otherwise: of target accounts, by today's tiers, at each row's own end, of an earlier moment, by week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.engine.messy import AS_OF
from tests.laws.books import Books
from tests.oracle.company import company
from tests.oracle.ground import DAY, ORACLES, UNKNOWN, UNMATCHED, Ground, Group, Period, differences
from tests.oracle.test_oracle import FIRST, MONTHS, SHOWN

from accountlens.language.calendar import Clock

SEED, ZONE = 1, "America/New_York"
SPAN = "2023-10..2024-05"
EARLIER = datetime(2024, 3, 15, 12)
Answered = tuple[list[tuple[Ground, Period]], type[Group], dict[str, Any], Clock]


class OnTargetList(Group):
    """Events of accounts on the target list at the event, states of those on it just before (G7)."""

    def event(self, account: str | None, instant: datetime) -> bool:
        return super().event(account, instant) and any(
            row["joined_at"] <= instant and (row["left_at"] is None or instant < row["left_at"])
            for row in self._listed(account)
        )

    def state(self, account: str | None, instant: datetime) -> bool:
        return super().state(account, instant) and any(
            row["joined_at"] < instant and (row["left_at"] is None or instant <= row["left_at"])
            for row in self._listed(account)
        )

    def _listed(self, account: str | None) -> list[dict[str, Any]]:
        rows = self.ground.rows("account_list_members")
        return [r for r in rows if r["account_id"] == account and r["list"] == "target" and r["group"] != "control"]


class Today(Group):
    """By the tier an account has today, whatever it was."""

    def event(self, account: str | None, instant: datetime) -> bool:
        tier = UNMATCHED if account is None else self.ground.accounts[account]["tier"] or UNKNOWN
        return self.name is None or tier == self.name

    state = event


def months(tables: dict[str, Any], now: datetime = AS_OF, count: int = MONTHS) -> list[tuple[Ground, Period]]:
    ground = Ground(tables, ZONE, now)
    return [(ground, period) for period in ground.months(FIRST, count)]


def clock(now: datetime = AS_OF, at_end: bool = False) -> Clock:
    return Clock(ZoneInfo(ZONE), now, at_end)


def of_targets(tables: dict[str, Any]) -> Answered:
    return months(tables), OnTargetList, {"period": SPAN, "grain": "month", "scope": "target"}, clock()


def by_todays_tier(tables: dict[str, Any]) -> Answered:
    return months(tables), Today, {"period": SPAN, "grain": "month", "history": "as-is"}, clock()


def at_each_end(tables: dict[str, Any]) -> Answered:
    own = [(Ground(tables, ZONE, period.as_of), period) for _, period in months(tables)]
    seen = [(ground, ground.period(period.first, period.after)) for ground, period in own]
    return seen, Group, {"period": SPAN, "grain": "month", "as_of": "end"}, clock(at_end=True)


def at_an_earlier_moment(tables: dict[str, Any]) -> Answered:
    question = {"period": "2023-10..2024-03", "grain": "month", "as_of": EARLIER}
    return months(tables, EARLIER, 6), Group, question, clock(EARLIER)


def by_week(tables: dict[str, Any]) -> Answered:
    """Over the leap day and the change of the clocks."""
    ground, day, weeks = Ground(tables, ZONE, AS_OF), date(2024, 2, 12), []
    for number in range(7, 13):
        weeks.append((ground, ground.period(day, day + 7 * DAY, f"2024-W{number:02d}")))
        day += 7 * DAY
    return weeks, Group, {"period": "2024-02-12..2024-03-24", "grain": "week"}, clock()


WAYS = [
    of_targets,
    at_each_end,
    *(pytest.param(way, marks=pytest.mark.long) for way in (by_todays_tier, at_an_earlier_moment, by_week)),
]


@pytest.mark.parametrize("way", WAYS)
def test_engine_and_oracle_agree_however_it_is_asked(way: Callable[[dict[str, Any]], Answered], tmp_path: Path) -> None:
    tables = company(SEED, ZONE)
    periods, kind, question, seen_at = way(tables)
    kpis = [asked for asked, known in ORACLES.items() if known.by == "tier"]
    books = Books(tables, tmp_path, ZONE)
    books.ground = replace(books.ground, clock=seen_at)
    cells = books.values(*kpis, by="tier", **question)
    books.session.close()
    found = [
        difference
        for kpi in kpis
        for ground, period in periods
        for difference in differences(ground, kpi, [period], cells, kind)
    ]
    assert not found, f"{len(found)} cells differ:\n" + "\n".join(map(str, found[:SHOWN]))
