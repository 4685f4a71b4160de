"""People from the command line: for an admin without a browser."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import Say, saying, write_files

from accountlens import Workspace
from accountlens.people import audit, links, sessions, tokens
from accountlens.people.audit import Actor
from accountlens.people.viewer import Role

PASSWORD = "tall windows hum softly"
HERE = Actor(None, "a test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/accounts.csv": "account_id,name,owner_id\na1,Acme,e1\na2,Beta,e2\n",
        "data/employees.csv": "employee_id,name,email\ne1,Bob,bob@y.de\ne2,Carl,carl@y.de\n",
    }
    return write_files(tmp_path, files)


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(folder, capsys)


def test_people_are_added_shown_changed_and_let_out(folder: Path, say: Say) -> None:
    Workspace(folder).refresh(as_of=datetime(2026, 1, 1))
    store = Workspace(folder).store
    assert "Nobody may sign in yet" in say("users")[2]
    code, link, told = say("user", "add", "ada@y.de", "Ada", "--role", "admin", "--at", "https://kpi.y.de/")
    assert (code, link.startswith("https://kpi.y.de/invitation#"), link.count("\n")) == (0, True, 1)
    assert "every account" in told
    ada = links.accept(store, HERE, link.strip().partition("#")[2], PASSWORD)
    assert say("user", "add", "bob@y.de", "Bob", "--role", "account_manager")[0] == 0
    code, _, told = say("user", "add", "eve@y.de", "Eve", "--role", "manager")
    assert "no employee has that e-mail" in told.replace("\n", " ")
    shown = {one["email"]: (one["role"], one["sees"], one["state"]) for one in json.loads(say("users", "--json")[1])}
    assert shown["ada@y.de"] == ("admin", "all accounts", "active")
    assert shown["bob@y.de"] == ("account_manager", "1 account", "invited")
    assert "Account manager" in say("users")[1]
    assert "sees 1 account" in say("user", "change", "eve@y.de", "--employee", "e2", "--role", "account_manager")[1]
    session = sessions.sign_in(store, "here", "ada@y.de", PASSWORD)
    code, _, told = say("user", "deactivate", "ada@y.de")
    assert (code, "last admin" in told) == (1, True)
    say("user", "change", "bob@y.de", "--role", "admin")
    links.accept(store, HERE, say("user", "link", "bob@y.de")[1].strip().partition("#")[2], PASSWORD)
    assert say("user", "deactivate", "ada@y.de")[0] == 0
    assert sessions.find(store, session.secret) is None
    assert say("user", "activate", ada)[0] == 0
    assert [one["state"] for one in json.loads(say("users", "--json")[1])] == ["active", "active", "invited"]


def test_tokens_are_made_told_once_and_taken_back(folder: Path, say: Say) -> None:
    say("user", "add", "ada@y.de", "Ada", "--role", "admin")
    code, secret, told = say("user", "token", "ada@y.de", "nightly export", "--scope", "admin", "--days", "0")
    assert code == 0
    store = Workspace(folder).store
    found = tokens.find(store, secret.strip())
    assert found is not None
    assert (found[0].role, found[1].expires_at) == (Role.ADMIN, None)
    (listed,) = json.loads(say("user", "tokens", "ada@y.de", "--json")[1])
    assert (listed["name"], listed["scope"]) == ("nightly export", "admin")
    assert secret.strip() not in say("user", "tokens", "ada@y.de")[1]
    assert say("user", "revoke", listed["id"])[0] == 0
    assert tokens.find(store, secret.strip()) is None
    told = say("audit")[1]
    assert all(word in told for word in ("token_made", "token_revoked", "user_added", "command line"))
    assert audit.entries(store)[0].action == "token_revoked"
    assert json.loads(say("audit", "--json", "--limit", "1")[1])[0]["action"] == "token_revoked"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "link", "nobody@y.de"), "No user 'nobody@y.de'"),
        (("user", "add", "nothing", "N"), "is no e-mail"),
        (("user", "revoke", "t1"), "No token 't1'"),
        (("user", "token", "eve@y.de", "n", "--scope", "admin"), "may more than its owner"),
        (("user", "add", "EVE@y.de", "Eve"), "already"),
        (("user", "link", "eve@y.dd"), "Did you mean 'eve@y.de'"),
    ],
)
def test_a_mistake_is_told_plainly(say: Say, words: tuple[str, ...], told: str) -> None:
    say("user", "add", "eve@y.de", "Eve")
    code, out, err = say(*words)
    assert (code, out) == (1, "")
    assert told in err.replace("\n     ", "")
    assert "Traceback" not in err
