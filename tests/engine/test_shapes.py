"""Questions of one shape are planned once, and each is answered as if it were the only one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.engine.messy import catalog, company, open_session

from accountlens.engine import planner, shapes
from accountlens.engine.run import Backdrop, ask, prepare
from accountlens.engine.shapes import START, shape_of
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

CATALOG = catalog()
BACKDROP = Backdrop("s", "EUR")
ASKED = tuple(map(parse_asked, ("engagement_score", "win_rate", "nps", "mrr")))
QUERY = Query(ASKED, period="2024-01..2024-03", grain="month")


@pytest.mark.parametrize(
    ("where", "texts"),
    [
        ("account_id = 'a1'", ("a1",)),
        ("tier in ('A', 'O''Neil') and not account_id = ''", ("A", "O''Neil", "")),
        ("\"it's\" = 'x' or \"y\"\"'\" like '%z'", ("x", "%z")),
        ("amount > 10", ()),
        ("tier = e'A\\'B'", ()),
        ("tier = 'A' -- it's", ()),
        ("tier = 'A' /* ' */", ()),
        ("tier = $$A$$ or tier = 'B'", ()),
        (f"tier = '{START}0'", ()),
    ],
)
def test_texts_are_taken_out_where_they_are_plainly_written(where: str, texts: tuple[str, ...]) -> None:
    query = replace(QUERY, where=where)
    shape, found = shape_of(query)
    assert found == texts
    assert (shape == query) is not bool(texts)
    assert not any(f"'{text}'" in str(shape.where) for text in texts if text)


def test_questions_of_one_shape_are_planned_once_and_answered_each_for_itself(tmp_path: Path) -> None:
    tables = company(3, scale=2)
    session, ground = open_session(CATALOG, tables, tmp_path)
    wheres = [None, "tier = 'A'", "tier = 'B'", "tier in ('A', 'B')", "tier <> 'A'", "tier = 'no''body'", "tier = 'A'"]
    grains = ("month", "quarter")
    for query in [replace(QUERY, where=where, grain=grain) for where in wheres for grain in grains]:
        plan, script = prepare(query, ground, session)
        assert (plan.query, plan.where) == (query, query.where)
        assert START not in script.statement()
        alone, _ = open_session(CATALOG, tables, tmp_path)
        mine, theirs = (ask(query, ground, of, BACKDROP) for of in (session, alone))
        assert _rounded(mine.rows()) == _rounded(theirs.rows())
        assert (mine.plan, mine.sql) == (theirs.plan, theirs.sql)
    answers = [ask(replace(QUERY, where=where), ground, session, BACKDROP).rows() for where in wheres[:3]]
    assert answers[0] != answers[1] != answers[2]
    plans = [prepare(replace(QUERY, where=where), ground, session)[0] for where in wheres]
    assert plans[1].branches is plans[2].branches is plans[5].branches
    assert plans[1].branches is not plans[3].branches
    assert plans[1].branches is not plans[4].branches


def test_the_next_run_of_the_program_finds_what_was_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tables, planned = company(3, scale=2), []
    plan = planner.make_plan
    monkeypatch.setattr(planner, "make_plan", lambda query, ground: planned.append(query) or plan(query, ground))

    def answer(where: str, **stands: Any) -> list[Any]:
        session, ground = open_session(CATALOG, tables, tmp_path)  # as a new process would
        ground = replace(ground, **({"catalog": replace(CATALOG, key="known")} | stands))
        rows: list[Any] = _rounded(ask(replace(QUERY, where=where), ground, session, BACKDROP).rows())
        return rows

    first = answer("tier = 'A'")
    assert (answer("tier = 'A'"), len(planned)) == (first, 1)
    assert answer("tier = 'B'") != first
    assert len(planned) == 1
    ground = open_session(CATALOG, tables, tmp_path)[1]
    for times, stands in enumerate(
        [
            {"catalog": replace(CATALOG, key="other")},
            {"catalog": CATALOG},
            {"catalog": CATALOG},
            {"clock": replace(ground.clock, as_of=datetime(2024, 5, 1))},
            {"fiscal_starts": 4},
            {"history": frozenset()},
            {"available": ground.available - {"opportunities"}},
        ],
        start=2,
    ):
        answer("tier = 'A'", **stands)
        assert len(planned) == times
    monkeypatch.setattr(shapes, "_code", lambda: ("changed",))
    assert (answer("tier = 'A'"), len(planned)) == (first, 9)
    for file in (tmp_path / "cache").rglob("questions/*"):
        file.write_bytes(b"spoilt")
    assert (answer("tier = 'A'"), len(planned)) == (first, 10)


def _rounded(told: Any) -> Any:
    """Sums may differ in their last bits: rows are added in the order in which threads bring them."""
    match told:
        case float():
            return float(f"{told:.9g}")
        case dict():
            return {key: _rounded(value) for key, value in told.items()}
        case list():
            return list(map(_rounded, told))
    return told


def test_what_a_plan_stands_on_tells_questions_apart(tmp_path: Path) -> None:
    session, ground = open_session(CATALOG, company(3), tmp_path)
    plan, _ = prepare(QUERY, ground, session)
    others = [
        replace(ground, history=frozenset()),
        replace(ground, available=ground.available - {"opportunities"}),
        replace(ground, catalog=replace(ground.catalog)),
        replace(ground, clock=replace(ground.clock, cohorts_at_end=True)),
        replace(ground, fiscal_starts=4),
    ]
    assert prepare(QUERY, ground, session)[0].branches is plan.branches
    for other in others:
        assert prepare(QUERY, other, session)[0].branches is not plan.branches
    gone, _ = prepare(QUERY, ground, session, gone=True)
    assert gone.gone
    assert not prepare(QUERY, ground, session)[0].gone


def test_a_faulty_condition_is_told_as_it_was_asked(tmp_path: Path) -> None:
    session, ground = open_session(CATALOG, company(3), tmp_path)
    with pytest.raises(AccountlensError, match="--where 'tier = 'A' and' cannot be read"):
        prepare(replace(QUERY, where="tier = 'A' and"), ground, session)


def test_only_the_newest_shapes_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST", 2)
    session, ground = open_session(CATALOG, company(3), tmp_path)
    first, second, third = (replace(QUERY, grain=grain) for grain in ("month", "quarter", "total"))
    plans = [prepare(query, ground, session)[0] for query in (first, second, first, third)]
    assert plans[0].branches is plans[2].branches is prepare(first, ground, session)[0].branches
    assert prepare(second, ground, session)[0].branches is not plans[1].branches
