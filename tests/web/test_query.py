"""`/query`: the answer of the front door, in every form, for GET and POST."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

from accountlens.errors import AccountlensError
from accountlens.surfaces.cli.app import run
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

ASKED = {"kpis": "win_rate,nps", "by": "tier", "period": "last-2-quarters", "grain": "quarter", "compare": "previous"}


def test_a_question_is_answered_as_the_front_door_answers_it(client: TestClient, company: Path) -> None:
    answer = Workspace(company).ask(
        "win_rate", "nps", by="tier", period="last-2-quarters", grain="quarter", compare="previous"
    )
    assert get(client, "/query", **ASKED) == json.loads(json.dumps(answer.series().to_json_dict()))


def test_a_body_asks_the_same_as_an_address(client: TestClient) -> None:
    body = {**ASKED, "kpis": ["win_rate", "nps"], "by": ["tier"]}
    posted = client.post(f"{API}/query", json=body)
    assert posted.json() == get(client, "/query", **ASKED)


def test_a_long_list_of_accounts_is_a_condition(client: TestClient) -> None:
    ids = [f"A{number:05}" for number in range(5_000)]  # of which the company has 60
    body = {"kpis": ["win_rate"], "where": f"account_id in ({', '.join(map(repr, ids))})"}
    every = client.post(f"{API}/query", json={"kpis": ["win_rate"], "where": "account_id is not null"})
    assert client.post(f"{API}/query", json=body).json()["kpis"] == every.json()["kpis"]
    refused = client.post(f"{API}/query", json=body | {"where": body["where"] + " and tier = 'A'"})
    assert refused.status_code == 422
    assert "a list of accounts alone" in refused.text


@pytest.mark.parametrize("where", ["(" * 500 + "tier = 'A'" + ")" * 500, "not " * 900 + "tier = 'A'"])
def test_a_condition_nested_without_end_is_a_word_and_no_fault_of_ours(client: TestClient, where: str) -> None:
    told = get(client, "/query", 400, kpis="win_rate", where=where)
    assert "nested too deeply" in told["detail"]
    assert "fewer brackets" in told["mend"]
    assert len(told["detail"]) < 500


def test_options_stand_with_the_kpi_and_their_commas_part_nothing(client: TestClient) -> None:
    told = get(client, "/query", kpis="win_rate(basis=value,level=0.9),nps")
    assert [(one["kpi"], one.get("options")) for one in told["kpis"]] == [
        ("win_rate", {"basis": "value", "level": 0.9}),
        ("nps", None),
    ]


def test_top_keeps_the_groups_that_lead(client: TestClient, company: Path) -> None:
    asked = {"kpis": "mrr,nps", "by": "account_id", "period": "last-month", "compare": "previous"}
    told = get(client, "/query", top=3, top_kpi="mrr", **asked)
    best = Workspace(company).ask("mrr", "nps", by="account_id", period="last-month", compare="previous").top("mrr", 3)
    assert told == json.loads(json.dumps(best.series().to_json_dict()))
    assert told["kpis"][0]["value"] == sorted(told["kpis"][0]["value"], reverse=True)
    lowest = get(client, "/query", top=1, lowest=True, **asked)
    assert lowest["kpis"][0]["value"][0] < told["kpis"][0]["value"][0]


def test_arrow_and_csv_hold_the_rows_of_the_answer(client: TestClient, company: Path) -> None:
    answer = Workspace(company).ask("win_rate", by="tier", period="last-quarter")
    asked = {"kpis": "win_rate", "by": "tier", "period": "last-quarter"}
    arrow = client.get(f"{API}/query", params=asked, headers={"Accept": "application/vnd.apache.arrow.stream"})
    assert arrow.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert pa.ipc.open_stream(arrow.content).read_all().equals(answer.to_arrow())
    text = client.get(f"{API}/query", params=asked, headers={"Accept": "text/csv"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["tier"] for row in rows] == [row["by"]["tier"] or "" for row in answer.rows()]


def test_what_is_accepted_by_nobody_is_told(client: TestClient) -> None:
    answer = client.get(f"{API}/query", params={"kpis": "nps"}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/json" in answer.json()["mend"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"kpis": "win_rat"}, 400, "win_rate"),
        ({"kpis": "win_rate", "by": "teir"}, 400, "tier"),
        ({"kpis": "win_rate", "period": "2026-13"}, 400, "2026-13"),
        ({"kpis": "win_rate", "where": "tier = "}, 400, "where 'tier = '"),
        ({"kpis": "win_rate", "where": "tier = 1 + 'a'"}, 400, "where"),
        ({"kpis": "win_rate", "as_of": "soon"}, 400, "soon"),
        ({"kpis": "win_rate", "snapshot": "1999"}, 400, "1999"),
        ({"kpis": "win_rate", "snapshot": "2", "as_known_at": "2026-01-01"}, 400, "Ask one of them"),
        ({"kpis": "win_rate", "top": 3, "top_kpi": "nps"}, 400, "nps"),
        ({"kpis": "win_rate", "grain": "moth"}, 422, "month"),
        ({"kpis": "win_rate", "colour": "red"}, 422, "colour"),
        ({"kpis": "win_rate", "where": "a\x00"}, 422, "where"),
        ({"by": "tier"}, 422, "kpis"),
        ({"kpis": ",".join(["nps"] * 201)}, 413, "200"),
    ],
)
def test_a_faulty_question_says_what_is_wrong(
    asked: dict[str, str], status: int, said: str, client: TestClient
) -> None:
    answer = client.get(f"{API}/query", params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert said in answer.text
    assert "--" not in told["detail"]


def test_a_scope_that_stands_for_no_list_is_refused_with_the_lists_there_are(
    company: Path, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(company)
    for asking in (workspace.ask, workspace.explain, workspace.rows):
        with pytest.raises(AccountlensError, match="No account was ever on a list 'pilot'") as refused:
            asking("win_rate", scope="pilot")
        assert "Lists with accounts:" in (refused.value.mend or "")
        assert "target" in (refused.value.mend or "")
    assert Workspace(company).seen_by(frozenset({"A00002"})).ask("win_rate", scope="pilot").rows(), "he may have none"
    with TestClient(create_app(orders, viewer_of=somebody)) as bare:
        told = get(bare, "/query", 400, kpis="sales_revenue", scope="control")
    assert told["detail"] == "No account was ever on a list 'target', which scope 'control' needs."
    assert run(["-C", str(orders), "ask", "sales_revenue", "--scope", "target"]) == 1
    assert "No list has accounts yet" in capsys.readouterr().err
