"""`accountlens users`, `user` and `audit`: people without a browser."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.language import numbers
from accountlens.people import audit as log
from accountlens.people import links
from accountlens.people import tokens as api_tokens
from accountlens.people import users as people
from accountlens.people.audit import Actor
from accountlens.people.links import Link
from accountlens.people.rights import ROLES, SIGHTS, Scope
from accountlens.people.users import Change, User
from accountlens.people.viewer import Role
from accountlens.people.visible import sight_of
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.records import record_sheet
from accountlens.surfaces.cli.sheet import draw

if TYPE_CHECKING:
    from accountlens.workspace import Workspace


def users(workspace: Workspace, as_json: bool) -> None:
    found = people.users(workspace.store)
    told = [_told(workspace, one) for one in found]
    if as_json:
        _write(told)
    elif not found:
        messages.tell(messages.hint("Nobody may sign in yet.", "accountlens serve"))
    else:
        rows = [(one["name"], one["email"], ROLES[one["role"]], one["sees"], one["state"], one["id"]) for one in told]
        _show(workspace, ("name", "e-mail", "role", "sees", "state", "id"), rows)


def add(workspace: Workspace, email: str, name: str, role: str, employee: str | None, at: str) -> None:
    user_id, made = links.invite(workspace.store, me(), email, name, Role(role), employee)
    user = people.require_user(workspace.store, user_id)
    messages.tell(Text(f"{user.name} ({ROLES[user.role].lower()}) sees {SIGHTS[user.role]}."))
    if why := sight_of(user.viewer, workspace).why:
        messages.tell(messages.note(why))
    _print(workspace, made, at)


def change(
    workspace: Workspace, who: str, role: str | None, name: str | None, email: str | None, employee: str | None
) -> None:
    user = people.require_user(workspace.store, who)
    wanted = Change(name, email, Role(role) if role else None, employee)
    people.change(workspace.store, me(), user.id, wanted)
    told = _told(workspace, people.require_user(workspace.store, user.id))
    messages.show(Text(f"{told['name']} <{told['email']}>: {ROLES[told['role']].lower()}, sees {told['sees']}"))


def activate(workspace: Workspace, who: str, *, active: bool) -> None:
    user = people.require_user(workspace.store, who)
    people.change(workspace.store, me(), user.id, Change(active=active))
    messages.show(Text(f"{user.name} may sign in." if active else f"{user.name} is out: sessions, links, API tokens."))


def link(workspace: Workspace, who: str, at: str) -> None:
    user = people.require_user(workspace.store, who)
    _print(workspace, links.link_for(workspace.store, me(), user.id), at)


def tokens(workspace: Workspace, who: str, as_json: bool) -> None:
    user = people.require_user(workspace.store, who)
    found = api_tokens.tokens(workspace.store, user.id)
    if as_json:
        _write([vars(one) for one in found])
    elif not found:
        messages.tell(messages.hint(f"{user.name} has no API token.", f"accountlens user token {user.email} NAME"))
    else:
        rows = [(one.id, one.name, one.scope, one.created_at, one.expires_at, one.used_at) for one in found]
        _show(workspace, ("id", "name", "scope", "made", "until", "last used"), rows)


def token(workspace: Workspace, who: str, name: str, scope: str, days: int) -> None:
    user = people.require_user(workspace.store, who)
    lasts = timedelta(days=days) if days else None
    made, secret = api_tokens.make(workspace.store, me(), user, name, Scope(scope), lasts)
    until = f" until {_moment(workspace, made.expires_at)}" if made.expires_at else ""
    messages.tell(Text(f"It may {scope} for {user.name}{until}, and is shown this once:"))
    messages.write(secret)


def revoke(workspace: Workspace, id_: str) -> None:
    api_tokens.revoke(workspace.store, me(), id_)
    messages.show(Text(f"{id_} counts no more."))


def audit(workspace: Workspace, limit: int, as_json: bool) -> None:
    names = {one.id: one.name for one in people.users(workspace.store)}
    found = log.entries(workspace.store, limit=limit)
    if as_json:
        _write([{**vars(one), "who": names.get(one.user_id or "")} for one in found])
        return
    rows = [
        (one.at, names.get(one.user_id or ""), one.address, one.action, names.get(one.subject, one.subject) or None,
         ", ".join(f"{key} {_plain(value)}" for key, value in one.detail.items()) or None)
        for one in found
    ]  # fmt: skip
    _show(workspace, ("at", "who", "from", "did", "what", "more"), rows)


def _told(workspace: Workspace, user: User) -> dict[str, Any]:
    sight = sight_of(user.viewer, workspace)
    sees = "all accounts" if sight.accounts is None else sight.why or numbers.count(len(sight.accounts), "account")
    state = "deactivated" if not user.active else "active" if user.password else "invited"
    told = {"id": user.id, "name": user.name, "email": user.email, "role": user.role}
    return {**told, "employee_id": user.employee_id, "sees": sees, "state": state}


def _print(workspace: Workspace, made: Link, at: str) -> None:
    messages.tell(messages.hint(f"The link works once, until {_moment(workspace, made.expires_at)}:"))
    messages.write(f"{at.rstrip('/')}{made.path}")


def _show(workspace: Workspace, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    sheet = record_sheet(columns, rows, workspace.house.time_zone)
    messages.show(*draw(sheet, messages.page().width))


def _moment(workspace: Workspace, moment: datetime) -> str:
    return show_moment(moment, workspace.house.time_zone)


def _plain(value: Any) -> str:
    return " → ".join(map(str, value)) if isinstance(value, list) and len(value) == 2 else str(value)


def _write(told: Any) -> None:
    messages.write(json.dumps(told, indent=1, default=lambda value: f"{value.isoformat()}Z"))


def me() -> Actor:
    try:
        return Actor(None, f"command line ({getpass.getuser()})")
    except (OSError, KeyError):  # a system that does not know its users
        return Actor(None, "command line")
