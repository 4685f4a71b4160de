"""Which accounts somebody sees: all, or those that are his by who owns them now, and those below them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import duckdb

from accountlens.people.rights import Right, rights_of
from accountlens.people.users import plain_email
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Snapshot, Store

_NOBODY = "It is not known which employee {email} is: no employee has that e-mail. An admin can say who you are."
_SEVERAL = "Several employees have the e-mail {email}. An admin can say which one you are."
_GONE = "The employee '{id}', who you are said to be, is not among the employees. An admin can say who you are."
_NOTHING = "No account is owned by {whom}."
_EMPLOYEES = ("employee_id", "email", "team", "manager_id")
_ACCOUNTS = ("account_id", "owner_id", "parent_account_id")
_MOST_KNOWN = 4
Texts: TypeAlias = tuple[str | None, ...]


class Kept(Protocol):
    """A workspace, as far as this needs it."""

    @property
    def store(self) -> Store: ...


@dataclass(frozen=True)
class Sight:
    """The accounts somebody sees, None for all; where he sees none, why."""

    accounts: frozenset[str] | None
    why: str | None = None


@dataclass(frozen=True)
class Staff:
    """Employees of a snapshot, who leads whom, and whose the accounts are."""

    mails: Mapping[str, tuple[str, ...]]  # e-mail → employees
    teams: Mapping[str, str | None]  # employee → team
    led: Mapping[str, frozenset[str]]  # manager → employees
    owned: Mapping[str, frozenset[str]]  # employee → accounts
    below: Mapping[str, frozenset[str]]  # account → accounts
    sights: dict[tuple[Role, str | None, str], Sight] = field(default_factory=dict)


_known = dict[tuple[Path, str], Staff]()  # by store and snapshot


def accounts_of(viewer: Viewer, workspace: Kept) -> frozenset[str] | None:
    """The ids of the accounts he sees by the current snapshot; None: all, and rows of no account."""
    return sight_of(viewer, workspace).accounts


def sight_of(viewer: Viewer, workspace: Kept) -> Sight:
    """The same, and why he sees nothing where he does."""
    if Right.SEE_ALL in rights_of(viewer.role):
        return Sight(None)
    snapshot = workspace.store.current()
    if snapshot is None:
        return Sight(frozenset(), "Nothing has been refreshed here yet.")
    staff = _known_staff(workspace.store, snapshot)
    key = (viewer.role, viewer.employee_id, viewer.email)
    if key not in staff.sights:
        staff.sights[key] = sight_in(viewer, staff)
    return staff.sights[key]


def sight_in(viewer: Viewer, staff: Staff) -> Sight:
    """What somebody sees who does not see all."""
    mine = (viewer.employee_id,) if viewer.employee_id else staff.mails.get(plain_email(viewer.email), ())
    if len(mine) != 1:
        return Sight(frozenset(), (_SEVERAL if mine else _NOBODY).format(email=viewer.email))
    if mine[0] not in staff.teams:
        return Sight(frozenset(), _GONE.format(id=mine[0]))
    owners = _team(mine[0], staff) if viewer.role is Role.MANAGER else {mine[0]}
    accounts = _reached((one for owner in owners for one in staff.owned.get(owner, ())), staff.below)
    whom = "you or your team" if viewer.role is Role.MANAGER else "you"
    return Sight(accounts, None if accounts else _NOTHING.format(whom=whom))


def _team(employee: str, staff: Staff) -> frozenset[str]:
    """Who is led by him at any depth, and himself; where nobody is said to lead anybody, those of his team's name."""
    if staff.led:
        return _reached([employee], staff.led)
    team = staff.teams[employee]
    return frozenset({employee, *(one for one, its in staff.teams.items() if team is not None and its == team)})


def _reached(start: Iterable[str], links: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Where one comes to along the links, the start included; circles end by themselves."""
    found, new = set[str](), set(start)
    while new:
        found |= new
        new = {other for one in new for other in links.get(one, ())} - found
    return frozenset(found)


def _known_staff(store: Store, snapshot: Snapshot) -> Staff:
    """Read once for a snapshot."""
    key = store.folder, snapshot.id
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        employees = _rows(store, snapshot, "employees", _EMPLOYEES)
        _known[key] = staff_of(employees, _rows(store, snapshot, "accounts", _ACCOUNTS))
    return _known[key]


def staff_of(employees: Iterable[Texts], accounts: Iterable[Texts]) -> Staff:
    """Of rows (employee_id, email, team, manager_id) and (account_id, owner_id, parent_account_id)."""
    mails, led = defaultdict[str, list[str]](list), list[tuple[str, str]]()
    teams, listed = dict[str, str | None](), list(accounts)
    for id_, email, team, manager in employees:
        if id_ is not None:
            teams[id_] = team
            if email:
                mails[plain_email(email)].append(id_)
            if manager:
                led.append((manager, id_))
    return Staff(
        {mail: tuple(ids) for mail, ids in mails.items()},
        teams,
        _grouped(led),
        _grouped((owner, id_) for id_, owner, _ in listed if id_ and owner),
        _grouped((parent, id_) for id_, _, parent in listed if id_ and parent),
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found = defaultdict[str, set[str]](set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _rows(store: Store, snapshot: Snapshot, table: str, columns: Sequence[str]) -> list[Texts]:
    """Texts; a column that the table lacks is empty, a table that is not there has no rows."""
    version = snapshot.tables.get(table)
    if version is None:
        return []
    known = {name for name, _ in version.columns}
    listed = ", ".join(f"CAST({one} AS VARCHAR)" if one in known else "NULL" for one in columns)
    with duckdb.connect() as con:
        return con.execute(f"SELECT {listed} FROM ({store.relation_sql(version)})").fetchall()
