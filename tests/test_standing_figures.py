"""Figures that stand ready change no number: they serve what asks for just them, and nothing else."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from tests.engine.messy import catalog, company, open_session

from accountlens import Workspace
from accountlens.catalog.settings import Figures
from accountlens.demo import generate
from accountlens.engine.explain import explain
from accountlens.engine.fact_figures import FactFigures
from accountlens.engine.planner import Ground
from accountlens.engine.run import Backdrop, ask, prepare
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.errors import ProblemsError
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.query import Query
from accountlens.standing.before import Before
from accountlens.standing.differing import Stored
from accountlens.standing.making import Making, make_figures
from accountlens.standing.questions import kept_kpis
from accountlens.standing.serving import Standing
from accountlens.store.figures import FiguresReader, FiguresWriter

CATALOG = catalog()
KEPT = Figures(months=6, quarters=2, years=1, weeks=2, also=["last-3-months"], by=["tier"])
NOTHING_BY = (
    "accountlens.yaml: figures.by names 'tear', by which no KPI can be split; nothing is kept by it. "
    "Did you mean 'tier'?"
)
SOME = "account_id in ('a1', 'a3', 'nobody')"
Opened = tuple[Session, Ground, Standing]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("standing")
    session, ground = open_session(CATALOG, company(8, scale=2), folder, "America/New_York")
    yield session, ground, stand(session, ground, folder / "figures")
    session.close()


def stand(session: Session, ground: Ground, place: Path, *some: Asked) -> Standing:
    writer = FiguresWriter(place.with_name("scratch"))
    kpis = {by: some or kept_kpis(ground, session, by) for by in ("account_id", *KEPT.by)}
    making = Making(ground, session, KEPT, Stored("s", ground.clock.as_of, {}), "")
    writer.finish(place, *make_figures(writer, making, kpis, lambda what, done, total: None, Before()))
    return Standing(FiguresReader(place), ground.catalog)


def served(query: Query, opened: Opened) -> list[bool]:
    """For each fact of a question whether its figures stand ready."""
    session, ground, standing = opened
    plan, script = prepare(query, ground, session)
    return [found is not None for found in standing.serve(plan, script.facts, session)]


def both(query: Query, opened: Opened) -> tuple[list[Any], list[Any]]:
    """The answer's rows as they are computed, and with figures that stand ready."""
    session, ground, standing = opened
    answers = []
    for session.standing in (None, standing):
        answers.append(ask(query, ground, session, Backdrop("s", "EUR")).rows())
    session.standing = None
    return answers[0], answers[1]


def test_where_memory_lacks_figures_are_made_of_fewer_spans_at_a_time(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ground, standing = opened
    compute, asked = Session.compute, Counter[str]()

    def too_much(self: Session, step: Step, dims: Sequence[str]) -> FactFigures:
        asked[step.name] += 1
        if asked[step.name] in (1, 3):  # all spans, then the second half of the first half's
            raise duckdb.OutOfMemoryException("failed to allocate")
        return compute(self, step, dims)

    monkeypatch.setattr(Session, "compute", too_much)
    halved = stand(session, ground, tmp_path / "figures")
    assert asked.most_common()[-1][1] > 3
    place = standing.reader.place
    tables = sorted(path.relative_to(place).with_suffix("") for path in place.rglob("found_*.arrow"))
    assert len(tables) > 50
    for name in tables:
        mine, theirs = (by_group(one.reader, name) for one in (standing, halved))
        assert mine.keys() == theirs.keys(), name
        assert all(np.allclose(mine[key], theirs[key], equal_nan=True) for key in mine), name


def by_group(reader: FiguresReader, name: Path) -> dict[tuple[str, int, int], list[float]]:
    """A table of figures: (group, level, span) → its columns."""
    table, texts = reader.table(str(name)), reader.texts(f"{name.parent}/texts").tolist()
    keys = zip([texts[group] for group in table["group"]], table["level"].tolist(), table["p"].tolist(), strict=True)
    values = zip(*(column.tolist() for key, column in table.items() if key not in ("group", "level", "p")), strict=True)
    return {key: list(row) for key, row in zip(keys, values, strict=True)}


def near(mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, Mapping):
        return mine.keys() == theirs.keys() and all(near(mine[name], theirs[name]) for name in theirs)
    if isinstance(theirs, float) and isinstance(mine, float):
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(mine == theirs)


@pytest.mark.parametrize(
    ("by", "question"),
    [
        (("account_id",), {"period": "last-6-months", "grain": "month", "totals": "none"}),
        (("account_id",), {"period": "last-month", "compare": ("previous", "year-ago")}),
        (("account_id",), {"period": "this-month", "compare": ("previous", "year-ago"), "where": SOME, "totals": "none"}),
        (("account_id",), {"period": "last-2-quarters", "grain": "quarter", "where": "account_id = 'a2'"}),
        (("account_id",), {"period": "last-month", "where": "account.fit_score > 60 and account_id <> 'a5'", "totals": "none"}),
        (("account_id",), {"period": "last-month", "where": "tier = 'A'", "totals": "none", "history": "as-is"}),
        (("account_id",), {"period": "last-month", "where": "account_id <> 'a1'", "totals": "none"}),
        (("account_id",), {"period": "last-2-weeks", "grain": "week", "totals": "none"}),
        ((), {"period": "last-3-months", "where": "account_id = 'a2'", "compare": ("previous",)}),
        ((), {"period": "last-6-months", "grain": "month", "where": "account_id = 'nobody'"}),
        (("tier",), {"period": "last-6-months", "grain": "month"}),
        (("tier",), {"period": "this-quarter", "compare": ("previous",)}),
        (("tier",), {"period": "last-year", "totals": "none"}),
    ],
)  # fmt: skip
def test_every_kpi_is_the_same_with_figures_that_stand_ready(
    by: tuple[str, ...], question: dict[str, Any], opened: Opened
) -> None:
    session, ground, _ = opened
    query = Query(kept_kpis(ground, session, *(by or ("account_id",))), by=by, **question)
    assert all(served(query, opened))
    computed, ready = both(query, opened)
    assert len(ready) == len(computed) > 0
    for mine, theirs in zip(ready, computed, strict=True):
        assert near(mine, theirs), (mine, theirs)


@pytest.mark.parametrize(
    "other",
    [
        {"grain": "day", "period": "last-7-days"},
        {"period": "last-5-months"},
        {"where": "tier = 'A'"},
        {"where": SOME, "totals": "grand"},
        {"by": ("industry",)},
        {"by": ("tier",), "history": "as-is"},
        {"by": ("tier", "account_id")},
        {"scope": "target"},
        {"as_of": "earlier"},
        {"kpis": ("win_rate(basis=value)",)},
        {"kpis": ("engagement_score(half_life_days=7)",)},
        {"kpis": ("mqa_count(min_people=3)",)},
    ],
    ids=str,
)
def test_what_is_asked_otherwise_is_computed(other: dict[str, Any], opened: Opened) -> None:
    session, ground, standing = opened
    if other.get("as_of"):
        clock = replace(ground.clock, as_of=ground.clock.as_of - timedelta(days=3))
        opened, other = (session, replace(ground, clock=clock), standing), {}
    kpis = other.pop("kpis", ("win_rate", "engagement_score")) if "kpis" in other else ("win_rate", "engagement_score")
    asked = tuple(map(parse_asked, kpis))
    query = Query(asked, **{"by": ("account_id",), "period": "this-month", "totals": "none", **other})
    assert not any(served(query, opened))
    computed, ready = both(query, opened)
    assert all(near(mine, theirs) for mine, theirs in zip(ready, computed, strict=True))


def test_a_definition_that_changed_is_computed_and_the_others_are_served(opened: Opened) -> None:
    session, ground, standing = opened
    facts = dict(ground.catalog.facts)
    facts["engagements"] = replace(facts["engagements"], sql=facts["engagements"].sql + "\n")
    changed = replace(ground.catalog, facts=facts)
    query = Query(tuple(map(parse_asked, ("content_downloads", "nps"))), by=("account_id",), period="last-month")
    plan, script = prepare(query, ground, session)
    again = Standing(FiguresReader(standing.reader.place), changed).serve(plan, script.facts, session)
    assert [found is not None for found in again] == [step.name != "found_engagements" for step in script.facts]


MIXED = ("content_downloads", "website_visits(unit=page_view)", "conversations", "mrr", "nps", "win_rate(basis=value)")


@pytest.mark.parametrize(
    ("by", "question"),
    [
        (("account_id",), {"period": "last-6-months", "grain": "month"}),
        (("account_id",), {"period": "last-month", "compare": ("previous", "year-ago"), "where": SOME, "totals": "none"}),
        (("tier",), {"period": "last-6-months", "grain": "month"}),
        ((), {"period": "last-3-months", "where": "account_id = 'a2'", "compare": ("previous",)}),
    ],
)  # fmt: skip
def test_of_a_fact_only_what_is_not_kept_is_computed(
    by: tuple[str, ...], question: dict[str, Any], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ground, standing = opened
    query = Query(tuple(map(parse_asked, MIXED)), by=by, **question)
    computed: list[Step] = []

    def compute(session: Session, step: Step, dims: Sequence[str]) -> FactFigures:
        computed.append(step)
        return own(session, step, dims)

    own = Session.compute
    monkeypatch.setattr(Session, "compute", compute)
    session.standing = standing
    for _ in range(2):  # the second time as it is remembered
        ask(query, ground, session, Backdrop("s", "EUR"))
    session.standing = None
    whole = {step.name: set(step.columns) for step in prepare(query, ground, session)[1].facts}
    assert {step.name for step in computed} == {"found_engagements", "found_opportunities"}
    for step in computed:
        kept = whole[step.name] - set(step.columns)
        assert kept
        assert not any(column in step.sql for column in kept)
    without, ready = both(query, opened)
    assert len(ready) == len(without) > 0
    for mine, theirs in zip(ready, without, strict=True):
        assert near(mine, theirs), (mine, theirs)


def test_figures_that_are_gone_are_computed(opened: Opened, tmp_path: Path) -> None:
    session, ground, standing = opened
    shutil.copytree(standing.reader.place, tmp_path / "figures")
    standing = Standing(FiguresReader(tmp_path / "figures"), ground.catalog)
    shutil.rmtree(tmp_path / "figures")  # as a newer snapshot's do
    query = Query((parse_asked("win_rate"),), by=("account_id",), period="last-month")
    computed, ready = both(query, (session, ground, standing))
    assert all(near(mine, theirs) for mine, theirs in zip(ready, computed, strict=True))


def test_no_model_is_fitted_whose_figures_stand_ready(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    session, ground, standing = opened

    def fit(*_: Any) -> Any:
        raise AssertionError("a model is fitted")

    monkeypatch.setattr(session, "fit", fit)
    query = Query(kept_kpis(ground, session, "account_id"), by=("account_id",), period="last-5-months", grain="month")
    with pytest.raises(AssertionError, match="fitted"):
        ask(query, ground, session, Backdrop("s", "EUR"))
    monkeypatch.setattr(session, "standing", standing)
    assert ask(replace(query, totals="none"), ground, session, Backdrop("s", "EUR")).series().groups


@pytest.mark.parametrize("compare", [(), ("previous",)])
@pytest.mark.parametrize("period", ["last-quarter", "last-month"])
def test_what_stands_ready_of_a_model_is_explained_by_its_rows(
    period: str, compare: tuple[str, ...], opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ground, standing = opened
    monkeypatch.setattr(session, "standing", standing)
    query = Query((parse_asked("attribution_markov"),), period=period, compare=compare)
    assert explain(query, ground, session, Backdrop("s", "EUR")).traces[0].name == "credited"


def test_a_fact_that_fails_leaves_the_figures_of_the_others(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ground, _ = opened
    compute = session.compute

    def failing(step: Step, dims: Sequence[str]) -> FactFigures:
        if step.name == "found_survey_answers":
            raise duckdb.ConversionException("what a column holds is no number")
        return compute(step, dims)

    monkeypatch.setattr(session, "compute", failing)
    asked = parse_asked("nps"), parse_asked("win_rate")
    standing = stand(session, ground, tmp_path / "figures", *asked)
    query = Query(asked, by=("account_id",), period="last-month")
    monkeypatch.undo()
    _, script = prepare(query, ground, session)
    assert served(query, (session, ground, standing)) == [step.name != "found_survey_answers" for step in script.facts]


@pytest.mark.parametrize(
    ("figures", "what"),
    [
        ("{also: [last-3-moths]}", "'last-3-moths' is no period. Did you mean 'last-12-months'?"),
        ("{months: 0, quarters: 0, years: 0, also: []}", "no period is kept"),
        ("{month: 3}", "Unknown key 'figures.month'"),
    ],
)
def test_what_is_kept_is_checked_before_a_refresh(figures: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "accountlens.yaml").write_text(f"name: Somebody\nfigures: {figures}\n")
    with pytest.raises(ProblemsError) as told:
        Workspace(tmp_path)
    assert "accountlens.yaml:2" in str(told.value)
    assert what in str(told.value)


def test_a_refresh_keeps_the_figures_of_its_snapshot_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(tmp_path, accounts=20, months=6)
    settings = tmp_path / "accountlens.yaml"
    plain = settings.read_text()
    settings.write_text(plain + "\nfigures: {months: 3, quarters: 0, years: 0, also: [], by: [tear, account_id]}\n")
    for day in (1, 2):
        told = Workspace(tmp_path).refresh(as_of=datetime(2026, 9, day)).warnings
        assert [str(one) for one in told if one.code == "figures_by"] == [NOTHING_BY]
        workspace = Workspace(tmp_path)
        assert [one.name for one in workspace.store.figures.iterdir()] == [workspace.snapshots()[0].id]
    first, second = (workspace.ask("win_rate", by="account_id", period="last-month", totals="none") for _ in range(2))
    assert not first.ready  # computing it is quicker than loading what reads figures
    assert second.ready
    assert "stand ready" in second.sql
    assert first.rows() == second.rows()
    assert workspace.ask("win_rate", by="account_id", period="last-month", snapshot=workspace.snapshots()[1].id).rows()
    compute = Session.compute

    def failing(session: Session, step: Step, dims: Sequence[str]) -> FactFigures:
        if step.name == "found_survey_answers":
            raise duckdb.OutOfMemoryException("no room")
        return compute(session, step, dims)

    monkeypatch.setattr(Session, "compute", failing)
    told = Workspace(tmp_path).refresh(as_of=datetime(2026, 9, 2), full=True).warnings
    assert [one.what for one in told if one.code == "figures_not_kept"] == [
        "What 'survey_answers' gives by account_id is not kept, so questions about it stay slow: no room"
    ]
    settings.write_text(plain)
    Workspace(tmp_path).refresh(as_of=datetime(2026, 9, 3))
    assert not workspace.store.figures.exists()
