"""One-time links: the first admin's, invitations, and for whoever forgot a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError
from accountlens.people import audit, throttle, users
from accountlens.people.audit import Actor
from accountlens.people.passwords import hashed, require_strong
from accountlens.people.secret import digest, new_secret
from accountlens.people.users import User, has_admin, user_of_id
from accountlens.people.viewer import Role
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.tables import UserRow

SETUP, INVITATION = "setup", "invitation"  # pages; the secret stands behind `#`, which no browser sends or logs
_LASTS = {SETUP: timedelta(hours=24), INVITATION: timedelta(days=7)}


@dataclass(frozen=True)
class Link:
    """A link that works once. `path` begins with a slash."""

    path: str
    expires_at: datetime


class DeadLinkError(AccountlensError):
    """A link that never was one, was used, replaced, or is too old."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more.", mend="Ask for a new one; each works once.")


def setup_link(store: Store) -> Link | None:
    """The way in for the first admin, anew each time; None where there is one. For whoever starts the server."""
    if has_admin(store):
        return None
    with store.state.session("make the first admin's link") as session:
        return _new(session, SETUP, None)


def link_for(store: Store, by: Actor, user_id: str) -> Link:
    """A link by which a user chooses a password, the first or a new one; his earlier links are dead."""
    from accountlens.store.tables import UserRow

    with store.state.session("make a link") as session:
        row = session.get(UserRow, user_id)
        if row is None or row.deactivated_at is not None:
            raise AccountlensError(f"No active user '{user_id}'.")
        throttle.clear(session, row.email)
        audit.note(session, by, "link_made", user_id)
        return _new(session, INVITATION, user_id)


def invite(
    store: Store, by: Actor, email: str, name: str, role: Role, employee_id: str | None = None
) -> tuple[str, Link]:
    """A new user's id, and the link by which he chooses his password."""
    with store.state.session("invite somebody") as session:
        row = users.add(session, by, email, name, role, employee_id)
        return row.id, _new(session, INVITATION, row.id)


def invited(store: Store, secret: str) -> User:
    """Whose invitation it is; `DeadLinkError` where it is nobody's."""
    user_id = _of(store, secret)
    found = user_of_id(store, user_id) if user_id else None
    if found is None or not found.active:
        raise DeadLinkError
    return found


def set_up(store: Store, by: Actor, secret: str, email: str, name: str, password: str) -> str:
    """The first admin chooses who he is: his id."""
    if _of(store, secret) is not None:
        raise DeadLinkError  # somebody's invitation
    require_strong(password, email, name)
    kept = hashed(password)
    with store.state.session("set the workspace up") as session:
        _use(session, secret, None)
        if users.is_led(session):
            raise DeadLinkError  # somebody was quicker, another way
        row = users.add(session, by, email, name, Role.ADMIN, None)
        row.password = kept
        audit.note(session, Actor(row.id, by.address), "set_up")
        return row.id


def accept(store: Store, by: Actor, secret: str, password: str, name: str | None = None) -> str:
    """Whoever was invited, or forgot, chooses a password: his id. He is signed out elsewhere."""
    user = invited(store, secret)
    require_strong(password, user.email, name or user.name)
    kept = hashed(password)
    with store.state.session("accept an invitation") as session:
        _use(session, secret, user.id)
        row = _row(session, user.id)
        row.password = kept
        row.name = users.named(name) if name else row.name
        sign_out_everywhere(session, user.id)
        audit.note(session, Actor(user.id, by.address), "password_chosen")
        return user.id


def sign_out_everywhere(session: Session, user_id: str) -> None:
    """End his sessions; his tokens stay, which are not made of the password."""
    from accountlens.store.tables import SignInRow

    session.query(SignInRow).filter(SignInRow.user_id == user_id).delete()


def _row(session: Session, user_id: str) -> UserRow:
    from accountlens.store.tables import UserRow

    row = session.get(UserRow, user_id)
    if row is None or row.deactivated_at is not None:
        raise DeadLinkError
    return row


def _new(session: Session, page: str, user_id: str | None) -> Link:
    from accountlens.store.tables import LinkRow

    now = utc_now()
    session.query(LinkRow).filter(LinkRow.user_id.is_(None) if user_id is None else LinkRow.user_id == user_id).delete()
    session.query(LinkRow).filter(LinkRow.expires_at < now).delete()
    secret = new_secret()
    session.add(LinkRow(digest=digest(secret), user_id=user_id, created_at=now, expires_at=now + _LASTS[page]))
    return Link(f"/{page}#{secret}", now + _LASTS[page])


def _of(store: Store, secret: str) -> str | None:
    """Whose link it is, None for the setup's; `DeadLinkError` where it works no more."""
    columns = ("user_id", "expires_at")
    where = {"digest =": digest(secret)}
    for user_id, expires_at in read_rows(store.database, "links", columns, order="digest", limit=1, where=where):
        if datetime.fromisoformat(expires_at) > utc_now():
            return None if user_id is None else str(user_id)
    raise DeadLinkError


def _use(session: Session, secret: str, user_id: str | None) -> None:
    """It works once: whoever comes second, if only by a moment, finds it gone."""
    from accountlens.store.tables import LinkRow

    row = session.get(LinkRow, digest(secret))
    if row is None or row.user_id != user_id or row.expires_at <= utc_now():
        raise DeadLinkError
    session.delete(row)
    session.flush()
