"""The funnel by cohort against plain counting; what is not decided yet is unknown, not zero."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from tests.engine.messy import AS_OF, Dice, Rows, catalog, company, open_session
from tests.engine.test_journey import NAMES, PLACES

from accountlens.engine.cohorts import Cohort, Funnel, Onward, funnel
from accountlens.engine.journey import journey
from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.surfaces.cli.cohorts import page, told
from accountlens.surfaces.cli.messages import Page

Entry = tuple[str, str, str, dict[int, datetime], datetime]  # account, cohort, tier, stage → reached at, entered at
STARTS, ENDS = datetime(2023, 12, 1), AS_OF


def wandering(dice: Dice, account: str) -> Rows:
    """Moves between stages at random times, forth, back and over several at once; often on a midnight."""
    rows, place = [], 0
    for at in sorted({dice.instant() for _ in range(dice.randrange(16))}):
        before, place = place, dice.choice([one for one in NAMES if one != place])
        named = {"stage": NAMES[place], "place": place, "stage_before": NAMES[before], "place_before": before}
        rows.append({"account_id": account, "from_at": at, "to_at": None, **named})
    for row, following in pairwise(rows):
        row["to_at"] = following["from_at"]
    return rows


def opened(seed: int, folder: Path) -> tuple[Session, Ground, dict[str, Rows]]:
    """A random company with journeys of their own in the place of those made of its marks."""
    dice, tables = Dice(seed), company(seed, accounts=150)
    tables["account_stages"] = [row for one in tables["accounts"] for row in wandering(dice, one["account_id"])]
    # a tier that changes at the very instant of the first move: the move sees what begins with it
    first = {row["account_id"]: row["from_at"] for row in reversed(tables["account_stages"])}
    tables["account_attributes"] = [
        {"account_id": account, "attribute": "tier", "value": value, "valid_from": start, "valid_to": end}
        for account, at in first.items()
        for value, start, end in (("A", None, at), ("B", at, None))
    ]
    session, ground = open_session(catalog(), tables, folder)
    return session, ground, tables


def tier_at(tables: dict[str, Any], account: str, moment: datetime) -> str:
    for row in tables["account_attributes"]:
        begun = row["valid_from"] is None or row["valid_from"] <= moment
        if row["account_id"] == account and begun and (row["valid_to"] is None or moment < row["valid_to"]):
            return row["value"] or "(unknown)"
    return next(row["tier"] for row in tables["accounts"] if row["account_id"] == account) or "(unknown)"


def entries(session: Session, tables: dict[str, Any], stage: str, quarters: bool) -> list[Entry]:
    """Every account's first rise into a stage in the period, and when it first stood at each later one or beyond."""
    moves = defaultdict(list)
    for row in session.fetch("SELECT account_id, from_at, place, place_before FROM account_stages").fetchall():
        moves[row[0]].append(row[1:])
    found = []
    for account, rows in moves.items():
        rises = [at for at, place, before in rows if place == PLACES[stage] > before and STARTS <= at < ENDS]
        if not rises:
            continue
        entered = min(rises)
        reached = {}
        for later in range(PLACES[stage] + 1, max(PLACES.values()) + 1):
            times = [at for at, place, _ in rows if place >= later and entered < at < AS_OF]
            if times:
                reached[later] = min(times)
        label = f"{entered:%Y}-Q{(entered.month + 2) // 3}" if quarters else f"{entered:%Y-%m}"
        found.append((account, label, tier_at(tables, account, entered), reached, entered))
    return found


def recounted(members: list[Entry], later: int, days: int) -> Onward:
    limit = timedelta(days=days)
    times = [(reached.get(later), entered) for *_, reached, entered in members]
    in_time = [(at - entered) / timedelta(days=1) for at, entered in times if at and at - entered < limit]
    undecided = sum(at is None and AS_OF - entered < limit for at, entered in times)
    so_far = sum(at is not None for at, _ in times)
    return Onward(NAMES[later], len(members), len(in_time), undecided, so_far, median(in_time) if in_time else None)


def same(one: Onward, other: Onward) -> bool:
    days = (one.median_days, other.median_days)
    alike = days[0] is days[1] is None or (None not in days and days[0] == pytest.approx(days[1]))
    return alike and (one.stage, one.entered, one.reached, one.undecided, one.so_far) == (
        other.stage, other.entered, other.reached, other.undecided, other.so_far,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "stage", "grain", "by", "days"),
    [(0, "engaged", "month", None, 30), (1, "aware", "quarter", "tier", 60), (2, "mqa", "month", "tier", 14),
     (3, "target", "quarter", "tier", 400), (4, "sqa", "month", "account_id", 20)],
)  # fmt: skip
def test_cohorts_are_what_plain_counting_gives(
    seed: int, stage: str, grain: str, by: str | None, days: int, tmp_path: Path
) -> None:
    session, ground, tables = opened(seed, tmp_path)
    found = funnel(stage, "2023-12..2024-05", ground, session, grain=grain, by=by, within_days=days)
    members = entries(session, tables, stage, grain == "quarter")
    assert len(members) > 10
    assert any(one[3] for one in members)
    groups = {"tier": 2, "account_id": 0}
    seen = 0
    for cohort in found.cohorts:
        mine = [
            one for one in members
            if (cohort.period is None or one[1] == cohort.period)
            and (cohort.group is None or by is None or one[groups[by]] == cohort.group)
        ]  # fmt: skip
        assert cohort.entered == len(mine)
        assert [one.stage for one in cohort.onward] == [NAMES[place] for place in range(PLACES[stage] + 1, 8)]
        for one in cohort.onward:
            assert same(one, recounted(mine, PLACES[one.stage], days)), (cohort.period, cohort.group, one)
        seen += len(mine)
    together = len(members) * (2 if by is None else 4)
    assert any(one.undecided for cohort in found.cohorts for one in cohort.onward)
    assert seen == together, "everybody is in one cohort of one group, and in each total once"


def test_cohorts_together_are_those_who_rose_into_the_stage(tmp_path: Path) -> None:
    session, ground, _ = opened(1, tmp_path)
    period = "2024-01..2024-03"
    for stage in journey(period, ground, session).stages[1:-1]:
        assert funnel(stage.name, period, ground, session).cohorts[-1].entered == stage.entered


def test_a_further_stage_is_never_reached_by_more(tmp_path: Path) -> None:
    session, ground, _ = opened(2, tmp_path)
    for cohort in funnel("aware", "2023-10..2024-05", ground, session, by="tier").cohorts:
        reached = [one.reached for one in cohort.onward]
        assert reached == sorted(reached, reverse=True)
        assert all(one.reached + one.undecided <= one.entered for one in cohort.onward)


def test_what_is_undecided_is_unknown_and_flagged() -> None:
    assert Onward("sqa", 4, 1, 2, 1, 3.0).share is None
    assert (Onward("sqa", 4, 1, 2, 1, 3.0).at_least, Onward("sqa", 4, 1, 2, 1, 3.0).at_most) == (0.25, 0.75)
    assert Onward("sqa", 4, 1, 0, 2, 3.0).share == 0.25
    assert Onward("sqa", 0, 0, 0, 0, None).share is None
    young = Cohort("2024-05", None, 4, [Onward("sqa", 4, 0, 4, 0, None)])
    half = Cohort("2024-04", None, 4, [Onward("sqa", 4, 1, 2, 1, 3.0)])
    old = Cohort("2024-03", None, 4, [Onward("sqa", 4, 0, 0, 1, None)])
    found = Funnel("mqa", datetime(2024, 3, 1), AS_OF, 30, None, [old, half, young], {})
    rows = told(found)["cohorts"]
    assert isinstance(rows, list)
    assert [row["flags"] for row in rows] == [[], ["immature_cohort"], ["immature_cohort"]]
    assert [row["onward"][0]["share"] for row in rows] == [0.0, None, None]
    json.dumps(told(found), default=str)
    out = io.StringIO()
    for part in page(found, 90):
        Page(out, width=90).print(part)
    lines = {line.split()[0]: line for line in out.getvalue().splitlines() if line.startswith("2024")}
    assert "0.0 %" in lines["2024-03"]
    assert "≥ 25.0 %" in lines["2024-04"]
    assert "–" in lines["2024-05"]
    assert "may still rise" in out.getvalue()


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"stage": "mqaa"}, "No stage is called 'mqaa'"),
        ({"stage": "customer"}, "Nothing comes after 'customer'"),
        ({"by": "place"}, "'place' is no dimension of an account"),
        ({"by": "colour"}, "'colour' is no dimension of an account"),
        ({"grain": "day"}, "'day' is no grain of cohorts"),
        ({"within_days": 0}, "0 days are no time"),
        ({"period": "2031"}, "has not begun"),
    ],
)
def test_a_faulty_question_is_one_clear_error(question: dict[str, Any], fault: str, tmp_path: Path) -> None:
    session, ground, _ = opened(1, tmp_path)
    with pytest.raises(AccountlensError, match=fault):
        funnel(**{"stage": "mqa", "period": "2024-05", **question}, ground=ground, session=session)
