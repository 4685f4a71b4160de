"""Which accounts somebody sees: by owner, hierarchy and team, whatever circles there are, by the present snapshot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.people.viewer import Role, Viewer
from accountlens.people.visible import accounts_of, sight_in, sight_of, staff_of

PEOPLE = ["e1", "e2", "e3", "e4"]
ACCOUNTS = ["a1", "a2", "a3", "a4", "a5"]
one_of_them = st.sampled_from([*PEOPLE, "gone", None])
EMPLOYEES = st.tuples(
    *(st.tuples(st.just(id_), st.just(None), st.sampled_from(["x", "y", None]), one_of_them) for id_ in PEOPLE)
)
OWNED = st.tuples(
    *(st.tuples(st.just(id_), one_of_them, st.sampled_from([*ACCOUNTS, "gone", None])) for id_ in ACCOUNTS)
)


def viewer(role: Role, employee: str | None = None, email: str = "x@y.de") -> Viewer:
    return Viewer("u", email, "U", role, employee)


@settings(max_examples=200, deadline=None)
@given(EMPLOYEES, OWNED, st.sampled_from([Role.MANAGER, Role.ACCOUNT_MANAGER]), st.sampled_from(PEOPLE), st.booleans())
def test_an_account_is_seen_when_a_way_up_from_it_leads_to_an_owner_who_is_his(
    employees: tuple[tuple[str, None, str | None, str | None], ...],
    accounts: tuple[tuple[str, str | None, str | None], ...],
    role: Role,
    me: str,
    led: bool,
) -> None:
    if not led:
        employees = tuple((id_, mail, team, None) for id_, mail, team, _ in employees)
    boss = {id_: manager for id_, _, _, manager in employees}
    team = {id_: name for id_, _, name, _ in employees}
    owner, parent = {row[0]: row[1] for row in accounts}, {row[0]: row[2] for row in accounts}

    def up(start: str | None, links: dict[str, str | None]) -> set[str]:
        seen: set[str] = set()
        while start is not None and start not in seen:
            seen.add(start)
            start = links.get(start)
        return seen

    def mine(one: str | None) -> bool:
        if one == me or role is not Role.MANAGER or one not in boss:
            return one == me
        return me in up(one, boss) if any(boss.values()) else team[me] is not None and team[one] == team[me]

    expected = {one for one in ACCOUNTS if any(above in owner and mine(owner[above]) for above in up(one, parent))}
    found = sight_in(viewer(role, me), staff_of(employees, accounts))
    assert found.accounts == expected
    assert (found.why is None) == bool(expected)


def test_whoever_is_not_known_sees_nothing_and_is_told_why() -> None:
    staff = staff_of(
        [("e1", "one@y.de", None, None), ("e2", "TWO@y.de", None, None), ("e3", "two@Y.de ", None, None)],
        [("a1", "e1", None), ("a2", "e9", None)],
    )
    am = Role.ACCOUNT_MANAGER
    assert sight_in(viewer(am, email="One@Y.de"), staff).accounts == {"a1"}
    assert sight_in(viewer(am, "e1", "other@y.de"), staff).accounts == {"a1"}, "what an admin said counts more"
    told = {
        "no employee has that e-mail": viewer(am, email="none@y.de"),
        "Several employees": viewer(am, email="two@y.de"),
        "not among the employees": viewer(am, "e9", "one@y.de"),
        "No account is owned by you.": viewer(am, "e2"),
        "you or your team": viewer(Role.MANAGER, "e2"),
    }
    for words, one in told.items():
        found = sight_in(one, staff)
        assert found.accounts == frozenset()
        assert found.why is not None
        assert words in found.why


def test_an_empty_email_is_nobodys() -> None:
    staff = staff_of([("e1", "", None, None), ("e2", None, None, None)], [("a1", "e1", None), ("a2", "e2", None)])
    assert sight_in(viewer(Role.MANAGER, email=""), staff).accounts == frozenset()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/accounts.csv": "account_id,name,owner_id\na1,Acme,e1\na2,Beta,e2\n",
        "data/employees.csv": "employee_id,name,email,team\ne1,Bob,bob@y.de,x\ne2,Carl,carl@y.de,x\n",
    }
    return write_files(tmp_path, files)


def test_what_is_seen_follows_the_present_snapshot(folder: Path) -> None:
    workspace = Workspace(folder)
    bob = viewer(Role.ACCOUNT_MANAGER, email="bob@y.de")
    assert "refreshed" in (sight_of(bob, workspace).why or "")
    workspace.refresh(as_of=datetime(2026, 1, 1))
    assert accounts_of(bob, workspace) == {"a1"}
    assert accounts_of(viewer(Role.MANAGER, "e1"), workspace) == {"a1", "a2"}, "one team, where nobody leads anybody"
    assert accounts_of(viewer(Role.VIEWER), workspace) is None
    (folder / "data/accounts.csv").write_text("account_id,name,owner_id\na1,Acme,e2\na2,Beta,e1\n")
    workspace.refresh(as_of=datetime(2026, 1, 2))
    assert accounts_of(bob, workspace) == {"a2"}, "what was his is another's now"


def test_without_owners_and_employees_nobody_sees_by_ownership(tmp_path: Path) -> None:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/accounts.csv": "account_id,name\na1,Acme\n",
    }
    workspace = Workspace(write_files(tmp_path, files))
    workspace.refresh(as_of=datetime(2026, 1, 1))
    assert accounts_of(viewer(Role.MANAGER, "e1"), workspace) == frozenset()
    assert accounts_of(viewer(Role.ANALYST), workspace) is None
