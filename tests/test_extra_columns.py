"""Columns that no definition knows are kept, and never take the place of ours, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
from accountlens.errors import AccountlensError
from accountlens.workspace import Workspace

STRANGE = "INTEGER[]"  # a type that none of our expressions takes


def crowded(known: Catalog) -> dict[str, list[tuple[str, str]]]:
    """Every entity with columns named like all those of the other entities, and of the facts."""
    names = dict.fromkeys(column for fact in known.facts.values() for column in fact.columns)
    tables: Mapping[str, Mapping[str, str]] = {name: known.facts[name].columns for name in known.entities}
    extra = {name: [(column, STRANGE) for column in names if column not in own] for name, own in tables.items()}
    return {name: [*own.items(), *extra[name]] for name, own in tables.items()}


def test_facts_and_kpis_hold_whatever_columns_the_sources_bring_along() -> None:
    known = load_catalog(Settings())
    found = load_catalog(Settings(), schemas=crowded(known))
    for name, fact in known.facts.items():
        kinds = {column: found.facts[name].columns.get(column) for column in fact.columns}
        assert kinds == dict(fact.columns), name


FILES = {
    "accounts": "account_id,name,size\na1,Acme,huge\na2,Beta,tiny\n",
    "contacts": "contact_id,account_id,colour\nc1,a1,blue\n",
    "activities": "activity_id,occurred_at,kind,account_id,contact_id,opportunity_id,status,points,next_touch_at\n"
    "x1,2026-01-10,call,a1,c1,o1,completed,many,never\nx2,2026-01-20,call,a1,c1,,completed,few,never\n",
    "opportunities": "opportunity_id,account_id,status,amount,created_at,closed_at,stage,rate,number,total,reason,size,colour\n"
    "o1,a1,open,100,2026-01-01,,new,x,x,x,x,small,red\no2,a2,open,50,2026-01-02,,new,x,x,x,x,large,red\n"
    "o3,a2,won,70,2026-01-02,2026-01-05,won,x,x,x,x,large,red\n",
    "opportunity_history": "opportunity_id,changed_at,stage\no1,2026-01-01,old\no1,2026-03-01,new\n",
    "tickets": 'ticket_id,account_id,contact_id,created_at,solved_at,minutes,wait,queue,"kind of ""ticket"""\n'
    "t1,a1,c1,2026-01-01,2026-01-02,x,x,first,bug\nt2,a1,c1,2026-01-03,,x,x,second,wish\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("extra")
    (folder / "data").mkdir()
    for name, text in FILES.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = "currency: EUR\nsources:\n  files: {type: files, path: data}\n"
    (folder / "accountlens.yaml").write_text(settings, encoding="utf-8")
    made = Workspace(folder)
    made.refresh(as_of=datetime(2026, 2, 1))
    return made


def test_columns_named_like_computed_ones_change_no_number(workspace: Workspace) -> None:
    kpis = ("engagement_score(decay=none)", "mean_gap_days", "pipeline_value_open", "cac", "resolution_time")
    rows = workspace.ask(*kpis, period="2026-01").rows()
    assert [row["value"] for row in rows] == [16, 10, 150, None, 24]


def test_an_explanation_counts_as_ever_beside_columns_named_like_its_own(workspace: Workspace) -> None:
    found = workspace.explain("avg_deal_size", period="2026-01")
    amount = found.traces[0]
    assert (found.formula_numbers, amount.included.count) == ("70", 1)
    assert [(rows.reason, rows.count) for rows in amount.excluded] == [("without closed_at", 2)]


def by(workspace: Workspace, kpi: str, dimension: str, **question: str) -> dict[str | None, float]:
    rows = workspace.ask(kpi, by=dimension, period="2026-01", totals="none", **question).rows()
    return {row["by"][dimension]: row["value"] for row in rows}


@pytest.mark.parametrize("dimension", ["size", "opportunities.size", "opportunity.size"])
def test_a_fact_of_deals_is_split_by_a_column_of_their_source(workspace: Workspace, dimension: str) -> None:
    assert by(workspace, "pipeline_value_open", dimension) == {"small": 100, "large": 50}


def test_a_column_of_the_deal_means_the_same_in_every_fact_of_deals(workspace: Workspace) -> None:
    assert by(workspace, "avg_deal_size", "size") == {"large": 70}
    assert by(workspace, "avg_deal_size", "account.size") == {"tiny": 70}
    assert by(workspace, "avg_deal_size", "opportunity.size") == by(workspace, "avg_deal_size", "size")
    assert by(workspace, "pipeline_value_open", "account.size") == {"huge": 100, "tiny": 50}


def test_what_a_fact_says_itself_stands_before_what_its_entity_says_today(workspace: Workspace) -> None:
    old = {"old": 100, "new": 50}
    assert (
        by(workspace, "pipeline_value_open", "stage")
        == by(workspace, "pipeline_value_open", "opportunities.stage")
        == old
    )


def test_columns_of_tickets_and_of_people_split_what_is_made_from_them(workspace: Workspace) -> None:
    assert by(workspace, "resolution_time", "queue") == {"first": 24}
    assert by(workspace, "ticket_backlog", "tickets.queue") == {"second": 1}
    assert by(workspace, "stakeholders_engaged", "contact.colour") == {"blue": 1}
    assert by(workspace, "stakeholders_engaged", "colour") == {"blue": 1}


def test_a_column_with_quotes_in_its_name_splits_too(workspace: Workspace) -> None:
    assert by(workspace, "support_tickets", 'kind of "ticket"') == {"bug": 1, "wish": 1}
    assert by(workspace, "resolution_time", 'kind of "ticket"') == {"bug": 24}


def test_a_column_of_a_source_narrows_a_question(workspace: Workspace) -> None:
    [row] = workspace.ask("pipeline_value_open", period="2026-01", where="size = 'small'").rows()
    assert row["value"] == 100
    assert "left out by the question" in str(
        workspace.explain("pipeline_value_open", period="2026-01", where="size = 'small'")
    )


def test_a_name_with_two_meanings_is_asked_back(workspace: Workspace) -> None:
    with pytest.raises(AccountlensError, match="can mean more than one thing") as refused:
        workspace.ask("conversations", by="colour", period="2026-01")
    assert refused.value.mend == "Say contact.colour or opportunity.colour."
    found = by(workspace, "conversations", "opportunity.colour", where="contact.colour = 'blue'")
    assert found == {"red": 1, "(unknown)": 1}


def test_the_names_told_where_a_dimension_is_unknown_hold_those_of_the_source(workspace: Workspace) -> None:
    with pytest.raises(AccountlensError, match=r"Dimensions of pipeline_value_open: .*\bsize\b"):
        workspace.ask("pipeline_value_open", by="queue", period="2026-01")
