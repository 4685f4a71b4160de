"""The longer pages of the command line: a definition, an explanation, an account, a refresh, from plain data."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from types import SimpleNamespace

import pytest
from rich.console import RenderableType
from tests.engine import messy

from accountlens.catalog.catalog import Catalog, family_order
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.engine.account_page import AccountPage, Section
from accountlens.engine.explain import Explanation, explain
from accountlens.engine.run import Backdrop
from accountlens.errors import Problem
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.store import Balance, Snapshot
from accountlens.surfaces.cli import account, catalog, refresh, snapshots
from accountlens.surfaces.cli import explain as explanation
from accountlens.surfaces.cli.demo import REVIEW
from accountlens.surfaces.cli.messages import Page


@cache
def known() -> Catalog:
    return load_catalog(Settings())


def printed(parts: Iterable[RenderableType], width: int = 90) -> str:
    out = io.StringIO()
    console = Page(out, width=width)
    for part in parts:
        console.print(part)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert max(map(len, lines)) <= width
    return "\n".join(lines)


def definition_page(asked: str) -> str:
    parsed = parse_asked(asked)
    return printed(catalog.definition(known().definition(parsed.name), known().kpi(parsed)))


def test_a_definition_shows_formula_measures_options_and_where_it_stands() -> None:
    text = definition_page("win_rate")
    assert text.startswith("Win rate  win_rate\n")
    assert "won / (won + lost)" in text
    assert "number of rows in opportunities" in text
    assert "basis = count  or value" in text
    assert "built-in: kpis/pipeline/win_rate.yaml" in text


def test_a_definition_asked_with_an_option_shows_what_that_changes() -> None:
    assert "sum of amount in opportunities" in definition_page("win_rate(basis=value)")
    assert "level = 0.95  between 0 and 1" in definition_page("win_rate")
    assert "level = 0.9  between 0 and 1" in definition_page("win_rate(level=0.9)")


def test_the_catalog_is_listed_by_family_and_fits() -> None:
    text = printed(catalog.listing(family_order(known().kpis.values()), 80), 80)
    assert text.index("\npipeline (") < text.index("\nvoice (")
    assert all(f"\n{name} " in f"\n{text}" for name in known().kpis)


def test_the_demo_reviews_kpis_that_exist() -> None:
    assert set(REVIEW) <= set(known().kpis)


def test_notes_broken_within_a_sentence_are_put_together() -> None:
    assert catalog.sentences("One sentence over\ntwo lines.\nAnother.") == ["One sentence over two lines.", "Another."]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    session, ground = messy.open_session(messy.catalog(), messy.company(3), tmp_path_factory.mktemp("store"))
    return explain(Query((parse_asked("win_rate"),), period="2024-02"), ground, session, Backdrop("s", "EUR"))


def explained_page(found: Explanation, rows: int = 3, sql: bool = False) -> str:
    return printed(explanation.page(found, explanation.Frame(90, rows, "UTC", sql)))


def test_an_explanation_holds_the_formula_with_numbers_and_every_row_set(explained: Explanation) -> None:
    text = explained_page(explained)
    assert f"= {explained.formula_numbers}" in text
    for trace in explained.traces:
        assert f"in   {trace.included.count:,} row" in text
        for left_out in trace.excluded:
            assert f"out  {left_out.count:,} row" in text


def test_an_explanation_shows_as_many_rows_as_asked(explained: Explanation) -> None:
    assert " more" in explained_page(explained, rows=1)
    assert "─" not in explained_page(explained, rows=0)


def test_the_sql_is_told_when_asked_for(explained: Explanation) -> None:
    assert "SELECT" not in explained_page(explained)
    assert explained.sql.splitlines()[0] in explained_page(explained, sql=True)


def test_an_account_shows_who_it_is_its_figures_and_its_lists() -> None:
    figure = {
        "kpi": "win_rate",
        "period": "2026-Q2",
        "period_start": "2026-04-01",
        "period_end": "2026-07-01",
        "by": {},
        "value": 0.5,
        "unit": "fraction",
    }
    found = AccountPage(
        {"account_id": "a1", "name": "Acme", "tier": "A"},
        "2026-Q2",
        [figure | {"compare": {"previous": {"value": 0.4, "change": 0.1}}, "flags": []}],
        [Section("People", ("name", "email", "since"), [("Ann", None, datetime(2026, 6, 29, 22))])],
        "EUR",
    )
    text = printed(account.page(found, [known().definition("win_rate")], "Europe/Berlin", 90))
    assert text.startswith("Acme  a1\ntier A\n")
    assert "▲ +10.0 pp" in text
    assert "email" not in text  # nobody has one
    assert "2026-06-30" in text  # on the local clock


BALANCE = {"orders": Balance("orders", 10, 7, 1, 2), "accounts": Balance("accounts", 5, 5, 0, 0)}
REPORT = SimpleNamespace(
    snapshot="s-1",
    balance=BALANCE,
    warnings=[Problem("orders.csv", 3, "Odd.", severity="warning")],
    unmatched={"orders": 2, "tickets": 0},
    seconds=1.25,
    reused=("tickets", "accounts"),
    failed={"shop": "out of paper"},
    remote=None,
)


def test_a_refresh_tells_what_became_of_the_rows_of_each_table() -> None:
    text = printed(refresh.balance_table(BALANCE, 80))
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line and "─" not in line}
    assert rows["orders"] == ["10", "7", "1", "2"]
    assert rows["Total"] == ["15", "12", "1", "2"]


def test_a_refresh_for_machines_has_the_shape_that_was_promised() -> None:
    told = refresh.for_machines(REPORT)
    assert told["snapshot"] == "s-1"
    assert told["tables"]["orders"] == {"in": 10, "accepted": 7, "duplicates": 1, "quarantined": 2}
    assert told["unchanged"] == ["accounts", "tickets"]
    assert told["failed"] == {"shop": "out of paper"}
    assert "remote" not in told


def test_what_stays_in_a_warehouse_is_told_with_what_crossed() -> None:
    there = {"engine": "Spark", "tables": {"activities": 8_000_000, "accounts": 3}, "home": 4_500_000, "sent": 600_000}
    stayed = SimpleNamespace(**{**vars(REPORT), "remote": {**there, "stay": ["activities"]}})
    text = "activities stay in Spark, 8,000,000 rows; 4.5 MB came home, 0.6 MB went there"
    assert text in printed(refresh.stayed(stayed))
    assert refresh.for_machines(stayed)["remote"]["home"] == 4_500_000


def test_a_refresh_remarks_on_warnings_unmatched_rows_and_the_quarantine() -> None:
    text = printed(refresh.remarks(REPORT))
    assert "warning orders.csv:3: Odd." in text
    assert "(unmatched): orders 2." in text
    assert "accountlens matches" in text
    assert "tickets" not in text
    assert "accountlens quarantine" in text


def test_snapshots_are_listed_newest_first() -> None:
    found = [
        Snapshot(f"s-{day}", datetime(2026, 6, day, 12), datetime(2026, 6, day), {}, BALANCE, "", {}) for day in (1, 2)
    ]
    lines = printed(snapshots.listing(found, "UTC", 80)).splitlines()[2:]
    assert [line.split()[0] for line in lines] == ["s-2", "s-1"]
    assert lines[0].split()[-2:] == ["12", "2"]
