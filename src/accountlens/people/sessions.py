"""Sessions of browsers: begun by a password or a link, ended by signing out, by time, or by whoever may."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from accountlens.errors import AccountlensError
from accountlens.people import audit, throttle
from accountlens.people.audit import Actor
from accountlens.people.links import sign_out_everywhere
from accountlens.people.passwords import fits, hashed, is_outdated, require_strong
from accountlens.people.secret import digest, new_secret
from accountlens.people.throttle import Try
from accountlens.people.users import User, plain_email, user_of_email, user_of_id
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

LASTS = timedelta(days=7)  # whatever happens
IDLE = timedelta(hours=12)  # without a request
_NOTED = timedelta(minutes=5)  # how exactly `seen_at` is known: not every request writes


class WrongSignInError(AccountlensError):
    """Told alike whether the e-mail, the password or the right to come in is missing."""

    def __init__(self) -> None:
        super().__init__("E-mail and password do not belong together.", mend="Try again, or ask an admin for a link.")


@dataclass(frozen=True)
class Open:
    """A session that lives. `secret` is what the browser holds."""

    user: User
    secret: str
    expires_at: datetime


def sign_in(store: Store, address: str, email: str, password: str) -> Open:
    """By e-mail and password; `WrongSignInError`, or `TooManyTriesError` after many."""
    one = Try(plain_email(email), address)
    throttle.begin(store, one)
    user = user_of_email(store, email)
    kept = user.password if user and user.active else None
    if not fits(password, kept) or user is None:
        audit.record(store, Actor(user.id if user else None, address), "sign_in_failed")
        raise WrongSignInError
    again = hashed(password) if kept and is_outdated(kept) else None
    return _begin(store, user, address, one, again)


def open_for(store: Store, address: str, user_id: str) -> Open:
    """For somebody who just proved by a link who he is."""
    user = user_of_id(store, user_id)
    if user is None or not user.active:
        raise WrongSignInError
    return _begin(store, user, address, None, None)


def _begin(store: Store, user: User, address: str, one: Try | None, again: str | None) -> Open:
    from accountlens.store.tables import SignInRow, UserRow

    now, secret = utc_now(), new_secret()
    with store.state.session("sign somebody in") as session:
        row = session.get(UserRow, user.id)
        if row is None or row.deactivated_at is not None or row.password != user.password:
            raise WrongSignInError  # deactivated, or another password chosen, while this one was compared
        if one:
            throttle.succeed(session, one)
        if again:
            row.password = again
        session.query(SignInRow).filter(SignInRow.expires_at < now).delete()
        new = SignInRow(digest=digest(secret), user_id=user.id, created_at=now, seen_at=now, expires_at=now + LASTS)
        session.add(new)
        audit.note(session, Actor(user.id, address), "signed_in")
    return Open(user, secret, now + LASTS)


def find(store: Store, secret: str) -> Open | None:
    """The session of this secret, if it lives."""
    columns, where = ("user_id", "seen_at", "expires_at"), {"digest =": digest(secret)}
    now = utc_now()
    for user_id, seen, expires in read_rows(store.database, "sign_ins", columns, order="digest", limit=1, where=where):
        seen_at, expires_at = datetime.fromisoformat(seen), datetime.fromisoformat(expires)
        user = user_of_id(store, user_id)
        if user is None or not user.active or now >= expires_at or now - seen_at >= IDLE:
            return None
        if now - seen_at >= _NOTED:
            with suppress(AccountlensError):  # a full disk must not keep a reader out
                _note_seen(store, secret, now)
        return Open(user, secret, expires_at)
    return None


def _note_seen(store: Store, secret: str, now: datetime) -> None:
    from accountlens.store.tables import SignInRow

    with store.state.session("note that somebody is here") as session:
        row = session.get(SignInRow, digest(secret))
        if row is not None:
            row.seen_at = now


def sign_out(store: Store, by: Actor, secret: str) -> None:
    from accountlens.store.tables import SignInRow

    with store.state.session("sign somebody out") as session:
        session.query(SignInRow).filter(SignInRow.digest == digest(secret)).delete()
        audit.note(session, by, "signed_out")


def change_password(store: Store, address: str, user: User, old: str, new: str) -> Open:
    """A new password by the old one; all his sessions end and this browser gets a new one."""
    from accountlens.store.tables import UserRow

    one = Try(user.email, address)
    throttle.begin(store, one)
    if not fits(old, user.password):
        audit.record(store, Actor(user.id, address), "password_change_failed")
        raise AccountlensError("That is not the present password.")
    require_strong(new, user.email, user.name)
    kept = hashed(new)
    with store.state.session("change a password") as session:
        row = session.get(UserRow, user.id)
        if row is None or row.password != user.password:
            raise AccountlensError("The password was changed elsewhere meanwhile.")
        row.password = kept
        throttle.succeed(session, one)
        sign_out_everywhere(session, user.id)
        audit.note(session, Actor(user.id, address), "password_changed")
    return open_for(store, address, user.id)
