"""`/accounts`: accounts as a table, sorted and filtered as plain Python would, a page at a time."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import datetime
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, get, somebody

from accountlens.pages.accounts import AccountsTable
from accountlens.pages.usual_columns import PERIOD
from accountlens.surfaces.web.ahead import Ahead
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

KPIS = ("mrr", "win_rate", "engagement_score")
Record = dict[str, Any]


@pytest.fixture(scope="module")
def every(company: Path) -> list[Record]:
    """Every account with its attributes, and the answers of the front door beside them; by name."""
    workspace = Workspace(company)
    session = workspace._open(None).session
    session.table("accounts")
    found = session.fetch("SELECT account_id, name, domain, tier, industry, employees, created_at FROM accounts")
    names = [column[0] for column in found.description or ()]
    records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    answer = workspace.ask(*KPIS, by="account_id", period="last-month", compare="previous", totals="none")
    values = {(row["by"]["account_id"], row["kpi"]): row for row in answer.rows()}
    for record in records:
        for kpi in KPIS:
            row = values.get((record["account_id"], kpi))
            record[kpi] = row["value"] if row else None
            record[f"{kpi}.change"] = row["compare"]["previous"]["change"] if row else None
    return sorted(records, key=lambda one: (one["name"].lower(), one["account_id"]))


def ids(records: list[Record]) -> list[str]:
    return [one["account_id"] for one in records]


def in_order(records: list[Record], column: str, reverse: bool = False) -> list[Record]:
    known = [one for one in records if one[column] is not None]
    unknown = [one for one in records if one[column] is None]
    return sorted(known, key=lambda one: one[column], reverse=reverse) + unknown


def alike(mine: Any, theirs: Any) -> bool:
    return mine == theirs if None in (mine, theirs) else isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)


def test_columns_hold_attributes_and_figures_of_the_accounts_by_name(client: TestClient, every: list[Record]) -> None:
    told = get(
        client, "/accounts", columns=f"tier,employees,created_at,{','.join(KPIS)}", compare="previous", limit=1000
    )
    assert told["total"] == len(every)
    assert told["account_id"] == ids(every)
    columns = {column["column"]: column for column in told["columns"]}
    assert columns["tier"]["values"] == [one["tier"] for one in every]
    assert columns["employees"]["values"] == [one["employees"] for one in every]
    assert columns["created_at"]["values"] == [f"{one['created_at'].isoformat()}Z" for one in every]
    for kpi in KPIS:
        assert all(map(alike, columns[kpi]["values"], [one[kpi] for one in every]))
        assert all(map(alike, columns[kpi]["change"], [one[f"{kpi}.change"] for one in every]))
    assert any(value is None for value in columns["win_rate"]["values"])


@pytest.mark.parametrize("column", ["employees", "created_at", "mrr", "win_rate", "mrr.change"])
def test_sorted_by_any_column_unknown_comes_last(column: str, client: TestClient, every: list[Record]) -> None:
    asked = {"columns": "tier", "compare": "previous", "limit": 1000}
    rising = get(client, "/accounts", sort=column, **asked)["account_id"]
    falling = get(client, "/accounts", sort=f"-{column}", **asked)["account_id"]
    by_id = {one["account_id"]: one for one in every}
    for order, reverse in ((rising, False), (falling, True)):
        values = [by_id[one][column] for one in order]
        assert values == [one[column] for one in in_order(every, column, reverse)]
    assert rising != falling


def test_equal_ones_stand_by_name(client: TestClient, every: list[Record]) -> None:
    assert get(client, "/accounts", sort="tier", limit=1000)["account_id"] == ids(in_order(every, "tier"))


def test_search_where_and_bounds_narrow_together(client: TestClient, every: list[Record]) -> None:
    word = next(one["domain"] for one in every if one["mrr"] and one["tier"] != "C")[:4]
    asked = {"search": word.upper(), "where": "tier <> 'C'", "having": "mrr >= 0,employees > 10"}
    wanted = [
        one
        for one in every
        if word in f"{one['account_id']}\n{one['name']}\n{one['domain']}".lower()
        and one["tier"] != "C"
        and one["mrr"] is not None
        and one["mrr"] >= 0
        and (one["employees"] or 0) > 10
    ]
    told = get(client, "/accounts", limit=1000, **asked)
    assert told["account_id"] == ids(wanted)
    assert 0 < told["total"] == len(wanted) < len(every)


def test_stages_and_lists_narrow_and_are_counted(client: TestClient, company: Path, every: list[Record]) -> None:
    session = Workspace(company)._open(None).session
    session.table("account_list_members")
    rows = session.fetch('SELECT account_id, list, "group", joined_at, left_at FROM account_list_members').fetchall()
    now = [row for row in rows if row[3] < session.as_of and (row[4] is None or row[4] >= session.as_of)]
    target = {row[0] for row in now if row[1] == "target" and row[2] != "control"}
    control = {row[0] for row in now if row[2] == "control"}
    assert target
    assert control
    told = get(client, "/accounts", columns="stage", limit=1000, groups=True)
    stages = dict(zip(told["account_id"], told["columns"][0]["values"], strict=True))
    counts = {one["value"]: one["accounts"] for one in told["groups"]["stages"]}
    assert {name: count for name, count in counts.items() if count} == Counter(map(str, stages.values()))
    lists = {one["value"]: one["accounts"] for one in told["groups"]["lists"]}
    assert (lists["target"], lists["control"]) == (len(target), len(control))
    assert lists["non_target"] == len(every) - len(target)
    wanted = {one["account_id"] for one in every if one["tier"] != "C" and one["account_id"] in target}
    ((common, _), *_) = Counter(stages[id_] for id_ in wanted).most_common()
    asked = {"stages": f"{common},none", "lists": "target", "where": "tier <> 'C'"}
    both = get(client, "/accounts", limit=1000, groups=True, **asked)
    of_stage = {id_ for id_ in wanted if stages[id_] in (common, "none")}
    assert set(both["account_id"]) == of_stage
    assert 0 < len(of_stage) < len(wanted)
    shown = {one["value"]: one["accounts"] for one in both["groups"]["stages"]}  # as if no stage were chosen
    assert sum(shown.values()) == len(wanted)
    assert get(client, "/accounts", lists="control,target")["total"] == len(target | control)
    assert get(client, "/accounts", stages="none")["total"] == counts["none"]


def test_who_left_a_list_or_joins_later_is_not_on_it(orders: Path) -> None:
    (orders / "lists").mkdir()
    rows = "A1,2026-01-01,2026-06-01\nA2,2026-01-01,2026-08-01\nA3,2026-09-01,\n"
    (orders / "lists" / "pilot.csv").write_text(f"account_id,joined_at,left_at\n{rows}")
    Workspace(orders).refresh(as_of=datetime(2026, 7, 2))
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        told = get(client, "/accounts", columns="tier", lists="pilot", groups=True)
        assert told["account_id"] == ["A2"]
        assert told["groups"]["lists"] == [{"value": "pilot", "accounts": 1}]


def test_lists_are_told_of_the_accounts_somebody_sees(company: Path, every: list[Record]) -> None:
    his = frozenset(ids(every)[::4])
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: his)) as client:
        told = get(client, "/accounts", limit=1000, groups=True)["groups"]
        assert sum(one["accounts"] for one in told["stages"]) == len(his)
        lists = {one["value"]: one["accounts"] for one in told["lists"]}
        assert lists["target"] + lists["non_target"] == len(his)
        assert get(client, "/accounts", lists="named_in_a_view_of_somebody_else")["total"] == 0


def test_pages_follow_one_another_to_the_end(client: TestClient, every: list[Record]) -> None:
    asked: Record = {"columns": "mrr", "sort": "-mrr", "limit": 17}
    seen, told = [], get(client, "/accounts", **asked)
    while True:
        seen += told["account_id"]
        if told["next"] is None:
            break
        told = get(client, "/accounts", cursor=told["next"], **asked)
    assert sorted(seen) == sorted(ids(every))
    assert seen == get(client, "/accounts", columns="mrr", sort="-mrr", limit=1000)["account_id"]
    assert get(client, "/accounts", offset=17, **asked)["account_id"] == seen[17:34]


def test_a_cursor_of_another_question_is_refused(client: TestClient) -> None:
    told = get(client, "/accounts", limit=5)
    for cursor in (told["next"], "nonsense", "W10"):
        refused = get(client, "/accounts", 400, limit=5, sort="-name", cursor=cursor)
        assert refused["where"] == "cursor"


def test_a_cursor_stays_with_the_snapshot_it_began_in(orders: Path) -> None:
    with TestClient(create_app(orders, viewer_of=somebody)) as client:
        told = get(client, "/accounts", columns="tier", limit=2)
        accounts = orders / "data" / "accounts.csv"
        accounts.write_text(accounts.read_text() + "A0,Aaron,,A\n")
        Workspace(orders).refresh(as_of=datetime(2026, 7, 2))
        following = get(client, "/accounts", columns="tier", limit=2, cursor=told["next"])
        assert following["account_id"] == ["A3"]
        assert following["snapshot"] == told["snapshot"]
        assert get(client, "/accounts", columns="tier")["total"] == 4


def test_a_course_is_that_of_the_months(client: TestClient, company: Path) -> None:
    told = get(client, "/accounts", columns="mrr", sort="-mrr", spark=4, limit=3)
    spark = told["columns"][0]["spark"]
    where = f"account_id = '{told['account_id'][0]}'"
    answer = Workspace(company).ask("mrr", period="last-4-months", grain="month", where=where)
    assert spark["periods"] == [row["period"] for row in answer.rows()]
    assert all(map(alike, spark["values"][0], [row["value"] for row in answer.rows()]))
    assert told["columns"][0]["values"][0] == spark["values"][0][-1]


def test_csv_is_exactly_what_is_seen(client: TestClient) -> None:
    asked = {"columns": "tier,owner_id,mrr", "sort": "-mrr", "compare": "previous", "where": "tier = 'A'"}
    seen = get(client, "/accounts", limit=1000, **asked)
    text = client.get(f"{API}/accounts", params={**asked, "limit": 2}, headers={"Accept": "text/csv"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == "account_id,name,tier,owner_id,owner_name,mrr,mrr previous,mrr change".split(",")
    assert [row["account_id"] for row in rows] == seen["account_id"]
    assert [row["mrr"] for row in rows] == ["" if one is None else str(one) for one in seen["columns"][2]["values"]]
    assert rows[0]["owner_name"] == seen["columns"][1]["names"][rows[0]["owner_id"]]


def test_the_scale_is_that_of_all_accounts_wanted(client: TestClient) -> None:
    asked = {"columns": "mrr", "having": "mrr > 0"}
    whole = get(client, "/accounts", limit=1000, **asked)["columns"][0]
    page = get(client, "/accounts", limit=3, sort="-mrr", **asked)["columns"][0]
    assert page["scale"] == whole["scale"]
    assert whole["scale"]["low"] <= sorted(whole["values"])[len(whole["values"]) // 2] <= whole["scale"]["high"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"columns": "teir"}, "tier"),
        ({"sort": "mrr.change"}, "Compare too"),
        ({"having": "mrr is big"}, "mrr >= 1000"),
        ({"where": "closed_at = 1"}, "closed_at"),
        ({"where": "employees > 'many'"}, "many"),
        ({"columns": "mrr", "period": "2099-13"}, "2099-13"),
        ({"lists": "targt"}, "Did you mean 'target'"),
        ({"stages": "winner"}, "no stage 'winner'"),
    ],
)
def test_a_faulty_table_says_what_is_wrong(asked: dict[str, str], said: str, client: TestClient) -> None:
    assert said in str(get(client, "/accounts", 400, **asked))


def test_an_account_manager_has_only_his_accounts_in_the_table(company: Path, every: list[Record]) -> None:
    his = frozenset(ids(every)[::4])
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: his)) as client:
        told = get(client, "/accounts", columns="mrr,engagement_score", limit=1000)
        assert told["account_id"] == [one for one in ids(every) if one in his]
        values = dict(zip(told["account_id"], told["columns"][0]["values"], strict=True))
        assert all(alike(values[one["account_id"]], one["mrr"]) for one in every if one["account_id"] in his)
        other = next(one for one in every if one["account_id"] not in his)
        assert get(client, "/accounts", search=other["account_id"])["total"] == 0
        assert get(client, "/accounts", where=f"account_id = '{other['account_id']}'")["total"] == 0


def test_what_the_table_begins_with_is_made_before_anybody_asks(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "web/src/pages/accounts/search.ts").read_text(encoding="utf-8")
    assert f'{{ period: "{PERIOD}" }}' in page
    app = create_app(company, viewer_of=somebody)
    with TestClient(app) as client:
        ahead = Ahead(app.state.server.hall)
        ahead.look()
        monkeypatch.setattr(AccountsTable, "_ask", None)
        ahead.look()  # finds nothing new
        columns = get(client, "/catalog")["columns"]
        assert {"tier", "mrr.change", "engagement_score.course"} <= set(columns)
        figures = {one.removesuffix(".change") for one in columns if not one.endswith(".course")}
        told = get(client, "/accounts", columns=sorted(figures), period=PERIOD, compare="previous")
        assert len(told["columns"]) == len(figures)
