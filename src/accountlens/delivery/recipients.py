"""Who gets something, and whose accounts it shows: a user his own, everybody else those of a named audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accountlens.errors import AccountlensError
from accountlens.language.numbers import count
from accountlens.people.users import User, require_user, users
from accountlens.people.viewer import Viewer
from accountlens.people.visible import sight_of
from accountlens.store import Store
from accountlens.workspace import Workspace
from accountlens.workspace.asking import Asking

ALL = "all"  # the audience that sees every account, and rows of none
CHANNEL = "channel"  # the recipient that is whoever reads the channel
USER, TO = "user:", "to:"


class AudienceError(AccountlensError):
    """It is not said, or not known, whose accounts may be shown."""


@dataclass(frozen=True)
class Recipient:
    """`key`: `user:ID`, `to:ADDRESS` or `channel`. `audience`: whose accounts are shown, a user's id or `all`."""

    key: str
    audience: str

    @property
    def user_id(self) -> str | None:
        return self.key.removeprefix(USER) if self.key.startswith(USER) else None

    @property
    def address(self) -> str | None:
        return self.key.removeprefix(TO) if self.key.startswith(TO) else None


@dataclass(frozen=True)
class Reader:
    """A recipient as he stands now: his address, and the workspace as the audience sees it.

    `why` tells why nothing is sent to him, where that is so.
    """

    who: str  # in words
    to: str
    viewer: Viewer | None
    audience: str  # in words
    workspace: Asking
    why: str | None = None


def key_of_user(id_: str) -> str:
    return f"{USER}{id_}"


def recipients_of(store: Store, told: list[str], audience: str | None, *, addressed: bool) -> tuple[Recipient, ...]:
    """Recipients as people name them: users by id or e-mail, other addresses; none for a channel of one place.

    `audience` is a user, or `all`; it is needed wherever it is not told by who the recipient is.
    """
    if not addressed:
        if told:
            raise AccountlensError("This channel leads to one place.", mend="Name no recipients, only its audience.")
        return (Recipient(CHANNEL, _audience(store, audience, "Whoever reads that channel")),)
    if not told:
        raise AccountlensError("Nobody is named to send it to.", mend="Name users, or e-mail addresses.")
    known = {name: one for one in users(store) for name in (one.id, one.email)}
    return tuple({one.key: one for one in (_recipient(store, name, known, audience) for name in told)}.values())


def _recipient(store: Store, told: str, known: Mapping[str, User], audience: str | None) -> Recipient:
    if user := known.get(told) or known.get(told.strip().lower()):
        return Recipient(key_of_user(user.id), user.id)
    if "@" not in told:
        require_user(store, told)
    return Recipient(f"{TO}{told.strip()}", _audience(store, audience, f"'{told}' is nobody who signs in here, so it"))


def _audience(store: Store, told: str | None, whom: str) -> str:
    if told is None:
        mend = "Name a user, whose accounts are shown, or 'all' for every account."
        raise AudienceError(f"{whom} needs an audience: whose accounts may be shown.", mend=mend)
    try:
        return ALL if told == ALL else require_user(store, told).id
    except AccountlensError as error:
        raise AudienceError(error.what, error.where, error.mend) from None


def reader_of(workspace: Workspace, recipient: Recipient) -> Reader:
    """A recipient as he stands now, with the rights he has now."""
    known = {one.id: one for one in users(workspace.store)}
    user = known.get(recipient.user_id or "")
    who, to = _shown(recipient, user)
    if recipient.audience == ALL:
        return Reader(who, to, None, "all accounts", workspace)
    seer = known.get(recipient.audience)
    if seer is None or not seer.active:
        name = seer.name if seer else recipient.audience
        return Reader(who, to, None, f"accounts of {name}", workspace.seen_by(frozenset()), f"{name} is deactivated.")
    sight = sight_of(seer.viewer, workspace)
    words = (
        "all accounts" if sight.accounts is None else f"the {count(len(sight.accounts), 'account')} {seer.name} sees"
    )
    return Reader(who, to, seer.viewer, words, workspace.seen_by(sight.accounts), sight.why)


def _shown(recipient: Recipient, user: User | None) -> tuple[str, str]:
    """Who it is in words, and the address."""
    if recipient.user_id:
        return (f"{user.name} <{user.email}>", user.email) if user else (recipient.user_id, "")
    return (recipient.address, recipient.address) if recipient.address else ("whoever reads the channel", "")
