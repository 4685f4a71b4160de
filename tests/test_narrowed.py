"""Somebody who sees some accounts: every KPI is that of these accounts, and nothing tells of others."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from math import isclose
from typing import Any

import pytest

from accountlens import Workspace
from accountlens.demo import generate
from accountlens.engine.explain import Explanation
from accountlens.engine.ground import Ground
from accountlens.engine.planner import make_plan
from accountlens.engine.session import OPENED
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.workspace.asking import Asking

FIGURES = "\nfigures: {months: 3, quarters: 1, years: 0, also: [], by: [tier]}\n"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"period": "last-quarter", "compare": ["previous"]},
    {"period": "last-2-months", "grain": "month", "by": ["tier"], "totals": "all"},
    {"period": "last-month", "by": ["account_id"], "totals": "none", "compare": ["previous"]},
    {"period": "last-month", "by": ["account_id"], "where": "tier <> 'A'"},
    {"period": "last-month", "where": "owner.team is null or tier = 'B'", "scope": "customers"},
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("narrowed")
    generate(folder, accounts=40, months=8)
    settings = folder / "accountlens.yaml"
    settings.write_text(settings.read_text() + FIGURES)
    Workspace(folder).refresh(as_of=datetime(2026, 10, 1))
    return Workspace(folder)


@pytest.fixture(scope="module")
def every(workspace: Workspace) -> dict[str, str]:
    """The accounts' names by their ids."""
    session = workspace._open(None).session
    session.table("accounts")
    return dict(session.fetch("SELECT account_id, name FROM accounts ORDER BY account_id").fetchall())


@pytest.fixture(scope="module")
def seen(every: dict[str, str]) -> frozenset[str]:
    return frozenset(list(every)[::3])


@pytest.fixture(scope="module")
def by_account(workspace: Workspace) -> list[str]:
    """The KPIs that can be narrowed to accounts at all."""
    ground = workspace._open(None).ground(Query(()))
    return [name for name in sorted(workspace.catalog.kpis) if _splits(ground, name)]


def _splits(ground: Ground, name: str) -> bool:
    try:
        make_plan(Query((Asked(name),), by=("account_id",), period="last-month"), ground)
    except AccountlensError:
        return False
    return True


def rows(asking: Asking, *kpis: str, **question: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in asking.ask(*kpis, **question).rows()]


def near(mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(near(mine[name], theirs[name]) for name in theirs)
    if isinstance(theirs, float) and isinstance(mine, float):
        return isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return bool(mine == theirs)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_kpi_is_that_of_the_accounts_seen(
    question: dict[str, Any], workspace: Workspace, seen: frozenset[str], by_account: list[str]
) -> None:
    listed = ", ".join(f"'{one}'" for one in sorted(seen))
    only = f"account_id in ({listed})"
    where = f"({question['where']}) and {only}" if "where" in question else only
    assert len(by_account) > 120
    mine = rows(workspace.seen_by(seen), *by_account, **question)
    theirs = rows(workspace, *by_account, **{**question, "where": where})
    assert len(mine) == len(theirs) > 100
    for one, other in zip(mine, theirs, strict=True):
        assert near(one, other), (one, other)


def test_what_is_not_kept_by_account_is_refused(
    workspace: Workspace, seen: frozenset[str], by_account: list[str]
) -> None:
    refused = set(workspace.catalog.kpis) - set(by_account)
    assert {"cac", "quota_attainment"} <= refused
    for name in refused:
        workspace.ask(name, period="last-quarter")
        with pytest.raises(AccountlensError, match="not kept by account, and you see some of the accounts only"):
            workspace.seen_by(seen).ask(name, period="last-quarter")


def test_nothing_tells_of_other_accounts(workspace: Workspace, seen: frozenset[str], every: dict[str, str]) -> None:
    narrowed = workspace.seen_by(seen)
    told = [
        narrowed.ask("mrr", "engagement_score", by=["account_id", "owner_id"], period="last-quarter").to_json_dict(),
        narrowed.ask("mrr", by="account_id", period="last-2-months", grain="month").series().to_json_dict(),
        asdict(narrowed.journey()),
        asdict(narrowed.funnel("aware", by="owner_id")),
        [asdict(one) for one in narrowed.outlook()],
        [asdict(narrowed.account(one)) for one in sorted(seen)[:3]],
        traced(narrowed.explain("win_rate", period="last-12-months")),
        traced(narrowed.explain("outbound_touches", period="last-month", compare=["previous"])),
    ]
    text = json.dumps(told, default=str)
    assert all(f'"{one}"' in text for one in sorted(seen)[:3])
    for id_, name in every.items():
        if id_ not in seen:
            assert f'"{id_}"' not in text
            assert name not in text


def traced(found: Explanation) -> Any:
    """All of an explanation but the definition, which is the same for everybody."""
    assert any(trace.included.rows for trace in found.traces)
    return [found.row, found.formula_numbers, found.sql, found.change, [asdict(trace) for trace in found.traces]]


def test_an_account_one_does_not_see_is_not_there(
    workspace: Workspace, seen: frozenset[str], every: dict[str, str]
) -> None:
    hidden = next(id_ for id_ in every if id_ not in seen)
    for called in (hidden, every[hidden], every[hidden][:-1]):
        with pytest.raises(AccountlensError) as told:
            workspace.seen_by(seen).account(called)
        assert every[hidden] not in str(told.value).replace(called, "")


@pytest.mark.parametrize(
    ("table", "narrowed_by"),
    [
        (
            "opportunity_history",
            "opportunity_id IN (SELECT opportunity_id FROM opportunities WHERE account_id IN ({}))",
        ),
        ("ticket_comments", "ticket_id IN (SELECT ticket_id FROM tickets WHERE account_id IN ({}))"),
        ("goal_progress", "goal_id IN (SELECT goal_id FROM goals WHERE account_id IN ({}))"),
        ("activities", "account_id IN ({})"),
    ],
)
def test_rows_belong_to_whom_their_key_leads_to(
    table: str, narrowed_by: str, workspace: Workspace, seen: frozenset[str]
) -> None:
    opened, narrowed = workspace._open(None).session, workspace.seen_by(seen)._open(None).session
    for session in (opened, narrowed):
        for name in (table, "opportunities", "tickets", "goals"):
            session.table(name)
    condition = narrowed_by.format(", ".join(f"'{one}'" for one in seen))
    ((wanted,),) = opened.fetch(f"SELECT count(*) FROM {table} WHERE {condition}").fetchall()
    ((whole,),) = opened.fetch(f"SELECT count(*) FROM {table}").fetchall()
    assert narrowed.fetch(f"SELECT count(*) FROM {table}").fetchall() == [(wanted,)]
    assert 0 < wanted < whole


def test_who_sees_no_account_sees_no_row(workspace: Workspace) -> None:
    found = workspace.seen_by(frozenset()).ask("outbound_touches", "mrr", by="account_id", period="last-month")
    assert {row["value"] for row in found.rows()} <= {0, None}
    assert all(row["by"]["account_id"] is None for row in found.rows())


def test_who_sees_all_sees_rows_of_no_account(workspace: Workspace) -> None:
    assert workspace.seen_by(None) is workspace


def test_it_is_made_once_for_the_same_accounts_and_goes_with_the_last_who_holds_it(
    workspace: Workspace, every: dict[str, str]
) -> None:
    base = workspace._open(None).session
    some = frozenset(list(every)[:2])
    session = base.narrowed(some)
    assert base.narrowed(frozenset(some)) is session
    schema = session.schema  # type: ignore[attr-defined]
    assert (schema,) in schemas(workspace)
    base._narrowed.clear()
    del session
    gc.collect()
    assert (schema,) not in schemas(workspace)


def schemas(workspace: Workspace) -> list[Any]:
    return workspace._open(None).session.fetch("SELECT schema_name FROM information_schema.schemata").fetchall()


def test_many_at_once_see_their_own(workspace: Workspace, every: dict[str, str]) -> None:
    fresh = Workspace(workspace.folder)  # nothing made readable yet
    ids = list(every)

    def touches(number: int) -> set[str]:
        mine = frozenset(ids[number::8])
        found = fresh.seen_by(mine).ask("outbound_touches", "mrr", "nps", by="account_id", period="last-month")
        return {row["by"]["account_id"] for row in found.rows()} - {None} - mine

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(touches, [*range(8)] * 3)) == [set()] * 24


@pytest.fixture
def opened_cursors() -> Iterator[list[Any]]:
    cursors: list[Any] = []
    token = OPENED.set(cursors)
    yield cursors
    OPENED.reset(token)


def test_whoever_wants_to_interrupt_is_given_the_cursors(workspace: Workspace, opened_cursors: list[Any]) -> None:
    workspace.ask("win_rate", period="last-5-months")
    assert opened_cursors
