"""`/explain` and `/rows`: a number followed back to all of its rows; `/journey`, `/cohorts`; `/catalog`."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

KPIS = ("win_rate", "engaged_accounts", "mrr", "nps", "sales_cycle_days", "mqa_count", "nrr")


def pages(client: TestClient, **asked: Any) -> list[list[Any]]:
    """All rows, page by page."""
    found, told = [], get(client, "/rows", **asked)
    while True:
        found += told["rows"]
        if told["next"] is None:
            return found
        told = get(client, "/rows", cursor=told["next"], **asked)


@pytest.mark.parametrize("kpi", KPIS)
def test_what_is_explained_is_the_number_and_its_rows_are_all_to_be_had(kpi: str, client: TestClient) -> None:
    asked = {"kpi": kpi, "period": "last-quarter"}
    told = get(client, "/explain", compare="previous", **asked)
    answer = get(client, "/query", kpis=kpi, period="last-quarter", compare="previous")
    assert [told["row"]["value"]] == (answer["kpis"][0]["value"] or [None])
    for measure in told["measures"]:
        sets = [measure["counted"], *measure["left_out"], *measure["keys"]]
        for one in sets:
            if one["count"] > 3_000:
                continue
            rows = pages(client, measure=measure["name"], limit=1_000, **one["rows"], **asked)
            assert len(rows) == one["count"], one["reason"]
            assert len({str(row) for row in rows}) == len(rows) or one["rows"]["which"] == "left_out"
        keys = [one["count"] for one in measure["keys"] if one["rows"]["which"] == "kept"]
        if "number of kept keys" in measure["sentence"]:
            assert keys == [measure["value"]]


def test_pages_of_rows_follow_one_another_and_csv_holds_all(client: TestClient) -> None:
    asked = {"kpi": "win_rate", "period": "last-quarter", "measure": "lost"}
    whole = pages(client, limit=1_000, **asked)
    assert len(whole) > 4
    assert pages(client, limit=3, **asked) == whole
    text = client.get(f"{API}/rows", params=asked, headers={"Accept": "text/csv"}).text
    columns = get(client, "/rows", **asked)["columns"]
    assert list(csv.reader(io.StringIO(text))) == [columns, *whole]


def test_rows_of_one_account_are_its_own(client: TestClient) -> None:
    asked = {"kpi": "engagement_score", "period": "last-quarter", "account": "A00006"}
    told = get(client, "/rows", **asked)
    place = told["columns"].index("account_id")
    assert {row[place] for row in told["rows"]} == {"A00006"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "wun"}, "won"),
        ({"which": "left_out"}, "reasons"),
        ({"which": "kept"}, "one stage"),
        ({"account": "nobody"}, "nobody"),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_rows_asked_wrongly_say_what_is_wrong(asked: dict[str, str], said: str, client: TestClient) -> None:
    assert said in str(get(client, "/rows", 400, kpi="win_rate", **asked))


def test_whoever_sees_some_accounts_finds_no_row_of_others(company: Path) -> None:
    his = frozenset({"A00002", "A00003", "A00007", "A00012"})
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: his)) as client:
        told = get(client, "/explain", kpi="engaged_accounts", period="last-quarter")
        (measure,) = told["measures"]
        for one in (measure["counted"], *measure["left_out"], *measure["keys"]):
            rows = pages(client, kpi="engaged_accounts", period="last-quarter", limit=1_000, **one["rows"])
            assert len(rows) == one["count"]
            assert {row[one["columns"].index("account_id")] for row in rows} <= his
        get(client, "/rows", 400, kpi="engaged_accounts", account="A00001")
        assert {move["account_id"] for move in get(client, "/journey")["moves"]} <= his
        lineage = get(client, "/catalog/engaged_accounts")["lineage"]
        assert {one["rows"] for one in lineage["entities"]} == {None}


def test_the_journey_is_that_of_the_front_door(client: TestClient, company: Path) -> None:
    told, found = get(client, "/journey", period="last-quarter"), Workspace(company).journey(period="last-quarter")
    assert [(one["name"], one["before"], one["after"]) for one in told["stages"]] == [
        (one.name, one.before, one.after) for one in found.stages
    ]
    assert (told["progressed"], told["fell_back"]) == (found.progressed, found.fell_back)
    assert told["start"] == f"{found.start.isoformat()}Z"


def test_cohorts_are_those_of_the_front_door(client: TestClient, company: Path) -> None:
    told = get(client, "/cohorts", stage="engaged", by="tier", grain="quarter")
    found = Workspace(company).funnel("engaged", by="tier", grain="quarter")
    assert [(one["group"], one["period"], one["entered"]) for one in told["cohorts"]] == [
        (one.group, one.period, one.entered) for one in found.cohorts
    ]
    assert "mqa" in get(client, "/cohorts", 400, stage="mqua")["mend"]


def test_the_catalog_tells_every_kpi_and_whether_it_can_be_known(client: TestClient, orders: Path) -> None:
    told = get(client, "/catalog")
    assert len(told["kpis"]) == len(Workspace(orders).catalog.kpis)
    with TestClient(create_app(orders, viewer_of=somebody)) as bare:
        known = {one["name"]: one for one in get(bare, "/catalog")["kpis"]}
        assert known["repeat_customer_share"]["known"] is True
        assert (known["nps"]["known"], known["nps"]["lacks"]) == (False, ["survey_responses"])
        whole = get(bare, "/catalog/nps")
        assert whole["mend"][0]["entity"] == "survey_responses"
        assert "survey_responses.csv" in whole["mend"][0]["mend"]


def test_a_definition_leads_down_to_the_files(client: TestClient) -> None:
    told = get(client, "/catalog/engaged_accounts(threshold=25)")
    assert next(one for one in told["options"] if one["name"] == "threshold")["value"] == 25
    assert "engagements" in [one["fact"] for one in told["lineage"]["facts"]]
    activities = next(one for one in told["lineage"]["entities"] if one["entity"] == "activities")
    assert activities["files"] == ["files/activities.parquet"]
    assert {"occurred_at", "account_id", "kind"} <= set(activities["columns"])
    assert "tier" in told["dimensions"]
    assert get(client, "/catalog/win_rat", 404)["mend"] == "Did you mean 'win_rate'?"
