"""The journey of accounts: stages against the marks they are made of, moves and flows against plain counting."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from tests.engine.messy import AS_OF, Rows, catalog, company, open_session

from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.engine.journey import journey
from accountlens.engine.planner import Ground
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError

PLACES = {"target": 1, "aware": 2, "engaged": 3, "mqa": 4, "sqa": 5, "opportunity": 6, "customer": 7}
NAMES = {place: name for name, place in PLACES.items()} | {0: "none"}
START, END = datetime(2024, 1, 1), datetime(2024, 4, 1)
Spans = dict[str, list[tuple[datetime, datetime | None, int]]]


def opened(seed: int, folder: Path) -> tuple[Session, Ground, dict[str, Rows]]:
    tables = company(seed, scale=2)
    dice = random.Random(seed)
    tables["account_stage_events"] = [
        {
            "account_id": f"a{dice.randrange(12)}",
            "stage": "sqa",
            "occurred_at": START + timedelta(hours=dice.randrange(2000)),
        }
        for _ in range(6)
    ]
    session, ground = open_session(catalog(), tables, folder)
    session.ensure_fact("account_stages")
    return session, ground, tables


def marks(session: Session) -> Spans:
    found: Spans = defaultdict(list)
    for account, stage, since, until in session.fetch(
        "SELECT account_id, stage, from_at, to_at FROM stage_marks WHERE account_id IS NOT NULL"
    ).fetchall():
        found[account].append((since or datetime(1900, 1, 1), until, PLACES[stage]))
    return found


def furthest(spans: list[tuple[datetime, datetime | None, int]], moment: datetime) -> int:
    return max(
        (place for since, until, place in spans if since <= moment and (until is None or moment < until)), default=0
    )


@pytest.mark.parametrize("seed", range(4))
def test_an_account_stands_in_the_furthest_stage_whose_test_it_meets(seed: int, tmp_path: Path) -> None:
    session, _, _ = opened(seed, tmp_path)
    stages: Spans = defaultdict(list)
    for account, since, until, place in session.fetch(
        "SELECT account_id, from_at, to_at, place FROM account_stages"
    ).fetchall():
        stages[account].append((since, until, place))
    dice = random.Random(seed)
    for account, spans in marks(session).items():
        edges = [edge for since, until, _ in spans for edge in (since, until) if edge]
        moments = edges + [START + timedelta(minutes=dice.randrange(300_000)) for _ in range(30)]
        for moment in moments:
            assert furthest(stages[account], moment) == furthest(spans, moment), (account, moment)
        for (_, until, place), (since, _, later) in zip(
            sorted(stages[account])[:-1], sorted(stages[account])[1:], strict=True
        ):
            assert until == since
            assert place != later


@pytest.mark.parametrize("seed", range(4))
def test_engaged_is_enough_points_within_ninety_days(seed: int, tmp_path: Path) -> None:
    session, _, _ = opened(seed, tmp_path)
    points: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for account, at, worth in session.fetch(
        "SELECT account_id, occurred_at, points FROM engagements WHERE account_id IS NOT NULL AND points <> 0"
    ).fetchall():
        points[account].append((at, worth))
    spans = session.fetch("SELECT account_id, entered_at, left_at FROM engaged_spans").fetchall()
    dice = random.Random(seed)
    for account, events in points.items():
        for _ in range(40):
            moment = datetime(2023, 9, 1) + timedelta(seconds=dice.randrange(300 * 86400))
            enough = sum(worth for at, worth in events if at <= moment < at + timedelta(days=90)) >= 10 - 1e-9
            assert enough == any(
                a == account and since <= moment and (until is None or moment < until) for a, since, until in spans
            )


@pytest.mark.parametrize("seed", range(3))
def test_counts_moves_and_flows(seed: int, tmp_path: Path) -> None:
    session, ground, tables = opened(seed, tmp_path)
    found = journey("2024-01..2024-03", ground, session)
    spans, tick = marks(session), timedelta(microseconds=1)  # a state is read just before its moment
    before, after, moves = dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, 0), {}
    for row in tables["accounts"]:
        account, created = row["account_id"], row["created_at"]
        was, stands = (furthest(spans[account], moment - tick) for moment in (START, END))
        if created is None or created < END or stands:
            after[stands] += 1
            before[was] += created is None or created < START or was > 0
            if was != stands:
                moves[account] = (NAMES[was], NAMES[stands])
    assert {stage.place: stage.after for stage in found.stages} == after
    assert {stage.place: stage.before for stage in found.stages} == before
    assert {move.account_id: (move.stage_before, move.stage) for move in found.moves} == moves
    assert found.progressed + found.fell_back == len(moves)
    rises: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for account in spans:
        own = session.fetch(
            f"SELECT from_at, place, place_before FROM account_stages WHERE account_id = '{account}' ORDER BY 1"
        )
        rows, seen = own.fetchall(), set()
        for at, place, was in rows:
            if place > was and START <= at < END and place not in seen:
                seen.add(place)
                rises[place].append(
                    (at, next((later for later, p, _ in rows if later > at and p > place and later < AS_OF), None))
                )
    for stage in found.stages:
        days = [(later - at).total_seconds() / 86400 for at, later in rises[stage.place] if later]
        assert (stage.entered, stage.went_on) == (len(rises[stage.place]), len(days))
        assert stage.median_days == pytest.approx(median(days) if days else None)


def test_a_period_that_has_not_begun_is_refused(tmp_path: Path) -> None:
    session, ground, _ = opened(1, tmp_path)
    with pytest.raises(AccountlensError, match="has not begun"):
        journey("2031", ground, session)


def test_a_workspace_names_its_stages_and_their_order(tmp_path: Path) -> None:
    settings = Settings.model_validate({"stages": {"engaged": 1, "customer": 2}})
    session, ground = open_session(load_catalog(settings), company(2, scale=2), tmp_path)
    found = journey("2024-01..2024-03", ground, session)
    assert [stage.name for stage in found.stages] == ["none", "engaged", "customer"]
    assert found.stages[2].after > 0
