"""The parts of pages on the real sets: figures counted from the raw files, and a clear word where a set lacks data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from tests.real.against import Example

from accountlens.pages.account import header
from accountlens.pages.attribution import attribution
from accountlens.pages.deals import deals
from accountlens.pages.holdings import holdings
from accountlens.pages.movements import movements
from accountlens.pages.moves import moves
from accountlens.pages.peers import peers
from accountlens.pages.people_map import people_map
from accountlens.pages.retention import retention
from accountlens.pages.team import team
from accountlens.pages.timeline import timeline
from accountlens.pages.todo import todo
from accountlens.pages.voice import voice
from accountlens.surfaces.web.formats import json_bytes

OF_ACCOUNT: list[Callable[..., Any]] = [header, timeline, people_map, peers, deals, holdings]
OF_ALL: list[Callable[..., Any]] = [moves, todo, movements, retention, voice, team, attribution]


@pytest.mark.parametrize("name", ["maven", "ravenstack", "retail"])
def test_every_part_answers_and_names_what_the_set_lacks(name: str, request: pytest.FixtureRequest) -> None:
    example: Example = request.getfixturevalue(name)
    workspace = example.workspace
    opened = workspace.opened()
    opened.session.table("accounts")
    ((account,),) = opened.session.fetch(
        "SELECT account_id FROM accounts ORDER BY account_id LIMIT 1 OFFSET 7"
    ).fetchall()
    entities = set(workspace.catalog.entities)
    for part in (*OF_ACCOUNT, *OF_ALL):
        found = part(workspace, account) if part in OF_ACCOUNT else part(workspace)
        assert json_bytes(found)
        for need in found.needs:
            assert need.shows
            assert need.mend
            if need.lacks in workspace.catalog.kpis:
                continue
            entity, _, column = need.lacks.partition(".")
            assert entity in entities
            assert column or entity not in opened.available, f"{part.__name__}: {need.lacks} is there"
            assert entity in need.mend
    assert [one for one in peers(workspace, account).kpis if one.n], "every company has figures of its accounts"
    assert not people_map(workspace, account).gaps, "none of the sets has contacts: nobody is no gap"


def test_deals_and_moves_of_maven_are_those_of_the_pipeline(maven: Example) -> None:
    raw = pd.read_csv(maven.data / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    won = raw[raw["deal_stage"] == "Won"]
    now = won[won["close_date"] >= "2017-10-01"].groupby("account")["close_value"].sum()
    before = won[(won["close_date"] >= "2017-07-01") & (won["close_date"] < "2017-10-01")]
    change = now.sub(before.groupby("account")["close_value"].sum(), fill_value=0).sort_values()
    (found,) = moves(maven.workspace, ["sales_revenue"], period="2017-Q4", top=3).kpis
    assert [one.account_id for one in found.up] == change.index[::-1][:3].tolist()
    assert [one.contribution for one in found.down] == change.head(3).tolist()
    waiting = {one.account_id: one for one in todo(maven.workspace, kinds=["deal"], limit=1000).items}
    begun = raw[raw["deal_stage"].isin(["Prospecting", "Engaging"]) & (raw["engage_date"] < "2017-12-02")]
    counts = begun.groupby("account").size()
    assert {id: one.numbers["deals"] for id, one in waiting.items()} == counts.to_dict()
    assert not any("recorded" in one.reason for one in waiting.values()), "the set has no activities to tell of"
    stage = header(maven.workspace, "Bubba Gump").stage
    assert stage is not None
    assert (stage.stage, stage.since) == ("opportunity", None), "deals without a date are there since always"
    cycle = (won["close_date"] - won["engage_date"]).dt.days
    told = deals(maven.workspace, "Bubba Gump").deals
    assert {one.usual_days for one in told} == {cycle.median()}


def test_revenue_of_ravenstack_closes_and_its_cohorts_begin_as_in_the_files(ravenstack: Example) -> None:
    raw = pd.read_csv(ravenstack.data / "ravenstack_subscriptions.csv", parse_dates=["start_date", "end_date"])
    paid = raw[(raw["mrr_amount"] > 0) & ~(raw["end_date"] <= raw["start_date"])]
    steps = movements(ravenstack.workspace, period="2024-01..2024-12").steps
    for one in steps:
        end = pd.Timestamp(one.end)
        live = paid[(paid["start_date"] < end) & (paid["end_date"].isna() | (paid["end_date"] >= end))]
        assert one.closing == pytest.approx(live["mrr_amount"].sum())
        moved = one.new + one.reactivation + one.expansion + one.contraction + one.churn
        assert one.opening + moved == pytest.approx(one.closing, abs=0.005)
    first = paid.groupby("account_id")["start_date"].min()
    for cohort in retention(ravenstack.workspace, period="2023..2024", grain="quarter").cohorts:
        quarter = pd.Period(cohort.label.replace("-", ""), freq="Q")
        assert cohort.began == ((first >= quarter.start_time) & (first <= quarter.end_time)).sum()
    tickets = pd.read_csv(ravenstack.data / "ravenstack_support_tickets.csv", parse_dates=["submitted_at"])
    account = tickets["account_id"].mode()[0]
    told = [
        one
        for one in timeline(ravenstack.workspace, account, kinds=["ticket"], limit=500).entries
        if one.what == "opened"
    ]
    assert len(told) == (tickets["account_id"] == account).sum()


def test_customers_of_the_retailer_come_back_as_often_as_their_invoices_say(retail: Example) -> None:
    raw = pd.read_parquet(retail.data / "online_retail_2009_2010.parquet").drop_duplicates()
    raw = raw[raw["Customer ID"].notna() & ~raw["Invoice"].str.startswith(("A", "C")) & (raw["Quantity"] > 0)]
    raw["quarter"] = pd.to_datetime(raw["InvoiceDate"]).dt.to_period("Q")
    first = raw.groupby("Customer ID")["quarter"].min()
    found = retention(retail.workspace, period="2009-12..2010-09", grain="quarter")
    assert found.basis == "orders"
    assert [one.label for one in found.cohorts] == ["2009-Q4", "2010-Q1", "2010-Q2", "2010-Q3"]
    for cohort in found.cohorts:
        quarter = pd.Period(cohort.label.replace("-", ""), freq="Q")
        members = first[first == quarter].index
        assert cohort.began == len(members)
        for age, count in enumerate(cohort.customers):
            there = raw[raw["quarter"] == quarter + age]["Customer ID"].isin(members)
            assert count == raw[raw["quarter"] == quarter + age][there]["Customer ID"].nunique()
