"""The values of dimensions over HTTP: searched, counted, and only of accounts that are seen."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import every_page, get
from tests.web.test_lists import before as before
from tests.web.test_lists import browser

from accountlens.people.viewer import Role


def test_values_are_counted_named_and_found_by_words(client: TestClient) -> None:
    names = get(client, "/dimensions")["dimensions"]
    assert names[:2] == ["tier", "segment"]
    assert not {"account_id", "name", "domain"} & set(names)
    told = get(client, "/dimensions/tier")
    assert sum(one["accounts"] for one in told["values"]) == get(client, "/accounts")["total"]
    owners = get(client, "/dimensions/owner_id", limit=2)
    assert owners["total"] >= 2 == len(owners["values"])
    first = owners["values"][0]
    assert first["label"] != first["id"]
    found = get(client, "/dimensions/owner_id", search=first["label"].split()[-1].upper())
    assert first in found["values"]
    assert found["total"] < owners["total"]
    assert get(client, "/dimensions/owner_id", limit=1, offset=1)["values"] == owners["values"][1:]
    assert "no_such" in get(client, "/dimensions/no_such", 400)["detail"]


def test_each_value_is_what_filters_compare_with(client: TestClient) -> None:
    for name in get(client, "/dimensions")["dimensions"]:
        for one in get(client, f"/dimensions/{name}", limit=5)["values"]:
            value = one["id"].replace("'", "''")
            assert get(client, "/accounts", where=f"{name} = '{value}'")["total"] == one["accounts"], (name, one)


def test_of_accounts_nobody_may_see_no_value_is_told(before: Path) -> None:
    with browser(before, Role.ADMIN) as ada, browser(before, Role.MANAGER, "e1") as mia:
        whole = {one["id"]: one["accounts"] for one in get(ada, "/dimensions/owner_id")["values"]}
        seen = {one["id"]: one["accounts"] for one in get(mia, "/dimensions/owner_id")["values"]}
        assert whole == {"e2": 2, "e3": 2, "e9": 1}
        assert seen == {"e2": 2, "e3": 2}
        assert get(mia, "/dimensions/owner_id", search="zoe")["total"] == 0
        assert get(mia, "/dimensions/tier", search="A")["values"] == []


@pytest.mark.parametrize(
    ("path", "rows", "limit"),
    [
        ("/dimensions/industry", "values", 3),
        ("/lists/target", "members", 3),
        ("/targets/scopes", "scopes", 1),
        ("/todo", "items", 10),
        ("/voice/comments", "comments", 10),
    ],
)
def test_what_is_long_is_told_a_page_at_a_time(client: TestClient, path: str, rows: str, limit: int) -> None:
    whole = get(client, path, limit=1000)
    total = sum(whole["counts"].values()) if path == "/todo" else whole["total"]
    assert (whole["next"], len(whole[rows])) == (None, total)
    assert total > limit
    assert every_page(client, path, rows, limit) == whole[rows]


def test_a_cursor_is_of_one_question_and_lies_within_its_rows(client: TestClient) -> None:
    path = "/dimensions/industry"
    cursor = get(client, path, limit=1)["next"]
    assert get(client, path, 400, search="a", cursor=cursor)["where"] == "cursor"
    begins, *rest = json.loads(urlsafe_b64decode(cursor + "=="))
    assert begins == 1
    beyond = urlsafe_b64encode(json.dumps([10**30, *rest]).encode()).decode()
    assert get(client, path, 400, cursor=beyond)["where"] == "cursor"
