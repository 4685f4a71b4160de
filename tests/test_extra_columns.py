"""Columns that no definition knows are kept, and never take the place of ours, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings
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
    "accounts": "account_id,name\na1,Acme\na2,Beta\n",
    "contacts": "contact_id,account_id,region\nc1,a1,north\n",
    "activities": "activity_id,occurred_at,kind,account_id,contact_id,points,next_touch_at\n"
    "x1,2026-01-10,call,a1,c1,many,never\nx2,2026-01-20,call,a1,c1,few,never\n",
    "opportunities": "opportunity_id,account_id,status,amount,created_at,closed_at,rate,changed_at,number,segment of deal\n"
    "o1,a1,open,100,2026-01-01,,x,x,x,small\no2,a2,open,50,2026-01-02,,x,x,x,large\n"
    "o3,a2,won,70,2026-01-02,2026-01-05,x,x,x,large\n",
    "tickets": "ticket_id,account_id,created_at,solved_at,minutes,wait\nt1,a1,2026-01-01,2026-01-02,x,x\n",
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
