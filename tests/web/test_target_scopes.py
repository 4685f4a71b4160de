"""`/targets/scopes`: of whom targets can be set, by whoever asks."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient
from tests.web.conftest import get, somebody

from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace


def owned(company: Path) -> dict[str, set[str]]:
    session = Workspace(company)._open(None).session
    session.table("accounts")
    found: dict[str, set[str]] = {}
    for owner, account in session.fetch("SELECT owner_id, account_id FROM accounts").fetchall():
        found.setdefault(owner, set()).add(account)
    return found


def test_owners_are_told_by_name_and_found_by_a_part_of_it(client: TestClient, company: Path) -> None:
    told = get(client, "/targets/scopes")
    assert {one["value"] for one in told["scopes"]} == set(owned(company)) - {None}
    names = [one["name"].casefold() for one in told["scopes"]]
    assert names == sorted(names)
    assert told["total"] == len(names) > 1
    assert told["today"] == "2026-10-01"
    word = names[1][1:5]
    found = get(client, "/targets/scopes", search=word.upper(), limit=1)
    assert found["total"] == sum(word in f"{one['name']}\n{one['value']}".casefold() for one in told["scopes"])
    assert len(found["scopes"]) == 1
    assert {one["value"] for one in get(client, "/targets/scopes", kind="tier")["scopes"]} == {"A", "B", "C"}


def test_whoever_sees_some_accounts_is_told_of_what_he_sees_whole(company: Path) -> None:
    by_owner = owned(company)
    (first, his), (_, others) = sorted(by_owner.items(), key=lambda item: -len(item[1]))[:2]
    seen = frozenset(his | set(sorted(others)[1:]))  # all of one owner's, and of another's all but one
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, workspace: seen)) as client:
        told = get(client, "/targets/scopes")
        assert [one["value"] for one in told["scopes"]] == [first]
        assert "company" not in told["kinds"]
