"""API tokens: shown once, named, limited to a scope and a time, revocable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from accountlens.errors import AccountlensError
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.people.rights import Scope, scopes_of
from accountlens.people.secret import digest, new_id, new_secret
from accountlens.people.users import User, user_of_id
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

PREFIX = "al_"  # so that scanners for leaked secrets know it
LONGEST = timedelta(days=3650)
_NOTED = timedelta(minutes=5)


@dataclass(frozen=True)
class Token:
    """What is kept of a token; `expires_at` None: never. Times are UTC without zone."""

    id: str
    user_id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


COLUMNS = tuple(field.name for field in fields(Token))


def make(store: Store, by: Actor, owner: User, name: str, scope: Scope, lasts: timedelta | None) -> tuple[Token, str]:
    """A new token and its secret, which is told this once; not above its owner's role."""
    from accountlens.store.tables import TokenRow

    if scope not in scopes_of(owner.role):
        allowed = ", ".join(scopes_of(owner.role))
        raise AccountlensError(f"A token of scope '{scope}' may more than its owner.", mend=f"Take one of: {allowed}.")
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        raise AccountlensError("A token needs a name of at most 200 characters, such as what uses it.")
    if lasts is not None and not timedelta(0) < lasts <= LONGEST:
        raise AccountlensError("A token lasts from one day to ten years.")
    now, secret = utc_now(), new_secret(PREFIX)
    token = Token(new_id("t"), owner.id, plain, scope, now, now + lasts if lasts else None, None)
    with store.state.session("make a token") as session:
        session.add(TokenRow(**{**vars(token), "scope": scope.value, "digest": digest(secret)}))
        audit.note(session, by, "token_made", token.id, owner=owner.id, scope=scope.value)
    return token, secret


def tokens(store: Store, user_id: str | None = None) -> list[Token]:
    """Somebody's tokens, or all, the newest first."""
    where: dict[str, object] = {"user_id =": user_id} if user_id else {}
    return _read(store, where)


def find(store: Store, secret: str) -> tuple[User, Token] | None:
    """Whose token it is, if it still counts."""
    now = utc_now()
    for token in _read(store, {"digest =": digest(secret)}):
        user = user_of_id(store, token.user_id)
        if user is None or not user.active or (token.expires_at is not None and now >= token.expires_at):
            return None
        if token.used_at is None or now - token.used_at >= _NOTED:
            with suppress(AccountlensError):  # a full disk must not keep a reader out
                _note_used(store, token.id, now)
        return user, token
    return None


def revoke(store: Store, by: Actor, id_: str, owner: str | None = None) -> None:
    """Take a token back; of `owner` only, where one is given."""
    from accountlens.store.tables import TokenRow

    with store.state.session("revoke a token") as session:
        row = session.get(TokenRow, id_)
        if row is None or (owner is not None and row.user_id != owner):
            raise AccountlensError(f"No token '{id_}'.")
        session.delete(row)
        audit.note(session, by, "token_revoked", id_, owner=row.user_id)


def _note_used(store: Store, id_: str, now: datetime) -> None:
    from accountlens.store.tables import TokenRow

    with store.state.session("note that a token is used") as session:
        row = session.get(TokenRow, id_)
        if row is not None:
            row.used_at = now


def _read(store: Store, where: dict[str, object]) -> list[Token]:
    rows = read_rows(store.database, "tokens", COLUMNS, order="created_at DESC, id", limit=-1, where=where)
    return [
        Token(id_, user_id, name, Scope(scope), datetime.fromisoformat(made), _moment(expires), _moment(used))
        for id_, user_id, name, scope, made, expires, used in rows
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
