"""A contact who is a user too: erased once he signs in no more, and the audit log stays, without his words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.errors import AccountlensError
from accountlens.people import audit, links, sessions, users
from accountlens.people.audit import Actor
from accountlens.people.users import Change
from accountlens.people.viewer import Role

PASSWORD = "tall windows hum softly"
HERE = Actor(None, "a test")
JANE = "jane.quill@acme.com"


def test_a_user_is_erased_after_he_was_let_out_and_the_log_keeps_its_rows(tmp_path: Path) -> None:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/accounts.csv": "account_id,name\na1,Acme\n",
        "data/contacts.csv": f"contact_id,account_id,name,email\nc1,a1,Jane Quill,{JANE}\n",
    }
    workspace = Workspace(write_files(tmp_path, files))
    workspace.refresh(as_of=datetime(2026, 1, 1))
    store = workspace.store
    for email, name in (("ada@y.de", "Ada"), (JANE.title(), "Jane Quill")):
        id_, link = links.invite(store, HERE, email, name, Role.ADMIN)
        links.accept(store, HERE, link.path.partition("#")[2], PASSWORD)
    sessions.sign_in(store, "here", JANE, PASSWORD)
    audit.record(store, Actor(id_, "here"), "exported", "rows", where=f"name = 'Jane Quill' or email = '{JANE}'")
    for ask in (workspace.find_person, workspace.erase):
        with pytest.raises(AccountlensError, match="user who signs in here"):
            ask("c1")
    assert users.require_user(store, JANE).active
    users.change(store, HERE, id_, Change(active=False))
    before = audit.entries(store)
    assert not workspace.erase("c1").left
    after = audit.entries(store)
    assert [(one.number, one.action, one.user_id) for one in after] == [
        (one.number, one.action, one.user_id) for one in before
    ]
    assert JANE in str(before)
    content = b"".join(file.read_bytes() for file in store.folder.rglob("state.db*")).lower()
    assert JANE.encode() not in content
    assert b"jane quill" not in content
    assert users.require_user(store, id_).name == "(erased)"
    assert users.require_user(store, "ada@y.de").active
    with (
        closing(sqlite3.connect(store.database)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only added to"),
    ):
        connection.execute("DELETE FROM audit")
