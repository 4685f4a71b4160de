"""Users: who they are, which role they have, whether they may still come in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError, suggest
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.people.secret import new_id
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.tables import UserRow

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


@dataclass(frozen=True)
class User:
    """Somebody who may sign in. Times are UTC without zone; `password` is a hash, None before one was chosen."""

    id: str
    email: str
    name: str
    role: Role
    employee_id: str | None
    password: str | None
    created_at: datetime
    deactivated_at: datetime | None

    @property
    def active(self) -> bool:
        return self.deactivated_at is None

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.id, self.email, self.name, self.role, self.employee_id)


@dataclass(frozen=True)
class Change:
    """What is to be changed of a user; None leaves it. `employee_id` as an empty text: the one with his e-mail."""

    name: str | None = None
    email: str | None = None
    role: Role | None = None
    employee_id: str | None = None
    active: bool | None = None


COLUMNS = tuple(field.name for field in fields(User))


def users(store: Store) -> list[User]:
    """All of them, by name."""
    return _read(store, {})


def user_of_id(store: Store, id_: str) -> User | None:
    return next(iter(_read(store, {"id =": id_})), None)


def user_of_email(store: Store, email: str) -> User | None:
    return next(iter(_read(store, {"email =": plain_email(email)})), None)


def require_user(store: Store, told: str) -> User:
    """The user of this id or e-mail; `AccountlensError` where there is none."""
    found = user_of_id(store, told) or user_of_email(store, told)
    if found is None:
        near = suggest(told, (one.email for one in users(store)))
        raise AccountlensError(f"No user '{told}'.", mend=near or "'accountlens users' lists all.")
    return found


def has_admin(store: Store) -> bool:
    """Whether somebody can sign in who may invite the others."""
    return any(one.role is Role.ADMIN and one.active and one.password for one in users(store))


def is_led(session: Session) -> bool:
    """The same, inside a transaction."""
    from accountlens.store.tables import UserRow

    admins = session.query(UserRow).filter(UserRow.role == Role.ADMIN.value, UserRow.deactivated_at.is_(None))
    return admins.filter(UserRow.password.is_not(None)).first() is not None


def add(session: Session, by: Actor, email: str, name: str, role: Role, employee_id: str | None) -> UserRow:
    """A user without a password, in a transaction; `AccountlensError` where the e-mail is taken or is none."""
    from accountlens.store.tables import UserRow

    row = UserRow(id=new_id("u"), email=_free(session, email, ""), name=named(name), role=role.value)
    row.employee_id, row.created_at = employee_id or None, utc_now()
    session.add(row)
    session.flush()
    audit.note(session, by, "user_added", row.id, role=role.value)
    return row


def change(store: Store, by: Actor, id_: str, wanted: Change) -> None:
    """Change a user; whoever is deactivated is out at once, with sessions, tokens and links."""
    from accountlens.store.tables import UserRow

    with store.state.session("change a user") as session:
        row = session.get(UserRow, id_)
        if row is None:
            raise AccountlensError(f"No user '{id_}'.")
        before, led = _told(row), is_led(session)
        _apply(session, row, wanted)
        session.flush()
        if led and not is_led(session):
            raise AccountlensError("That is the last admin.", mend="Make somebody else an admin first.")
        after = _told(row)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        kept = {name: values for name, values in changed.items() if name not in ("name", "email")}
        personal = sorted(set(changed) - set(kept))  # named, not told: the log keeps nothing personal
        if changed:
            audit.note(session, by, "user_changed", id_, **kept, **({"also": personal} if personal else {}))


def _apply(session: Session, row: UserRow, wanted: Change) -> None:
    if wanted.name is not None:
        row.name = named(wanted.name)
    if wanted.email is not None:
        row.email = _free(session, wanted.email, row.id)
    if wanted.role is not None:
        row.role = wanted.role.value
    if wanted.employee_id is not None:
        row.employee_id = wanted.employee_id or None
    if wanted.active is not None:
        row.deactivated_at = None if wanted.active else (row.deactivated_at or utc_now())
        if not wanted.active:
            shut_out(session, row.id)


def shut_out(session: Session, user_id: str) -> None:
    """End his sessions and take back what would let him in again."""
    from accountlens.store.tables import LinkRow, SignInRow, TokenRow

    for rows in (SignInRow, TokenRow, LinkRow):
        session.query(rows).filter(rows.user_id == user_id).delete()


def plain_email(email: str) -> str:
    return email.strip().casefold()


def _read(store: Store, where: dict[str, object]) -> list[User]:
    return [_user(row) for row in read_rows(store.database, "users", COLUMNS, order="name, id", limit=-1, where=where)]


def _user(row: Iterable[str | None]) -> User:
    id_, email, name, role, employee_id, password, created, deactivated = row
    left = datetime.fromisoformat(deactivated) if deactivated else None
    made = datetime.fromisoformat(str(created))
    return User(str(id_), str(email), str(name), Role(str(role)), employee_id, password, made, left)


def _told(row: UserRow) -> dict[str, object]:
    return {
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "employee_id": row.employee_id,
        "active": row.deactivated_at is None,
    }


def named(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        raise AccountlensError("A user needs a name of at most 200 characters.")
    return plain


def _free(session: Session, email: str, own_id: str) -> str:
    from accountlens.store.tables import UserRow

    plain = plain_email(email)
    if len(plain) > 320 or not _EMAIL.fullmatch(plain):
        raise AccountlensError(f"'{email}' is no e-mail address.")
    if session.query(UserRow).filter(UserRow.email == plain, UserRow.id != own_id).first():
        raise AccountlensError(f"There is a user with the e-mail '{plain}' already.", mend="Give that one a new link.")
    return plain
