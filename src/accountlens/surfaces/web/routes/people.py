"""Users, their links, API tokens, and the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from accountlens.errors import AccountlensError
from accountlens.people import audit, links, tokens, users
from accountlens.people.links import Link
from accountlens.people.rights import Right
from accountlens.people.users import Change, User
from accountlens.people.visible import sight_of
from accountlens.surfaces.web.person_models import (
    AuditLine,
    AuditLines,
    ChangedUser,
    ForUser,
    Invited,
    NewToken,
    NewUser,
    TokenMade,
    TokenTold,
    UserTold,
    told_of,
)
from accountlens.surfaces.web.problems import missing
from accountlens.surfaces.web.questions import Name
from accountlens.surfaces.web.signing_in import actor_of, needs, never_kept, require, signed_in_of, store_of

router = APIRouter(tags=["people"], dependencies=[Depends(never_kept)])
MANAGING, READING = [Depends(needs(Right.MANAGE_USERS))], [Depends(needs(Right.READ_AUDIT))]


@router.post("/invitations", status_code=201, dependencies=MANAGING)
def invite_again(request: Request, body: ForUser) -> Invited:
    """A new link for a user who has none or forgot his password; his earlier ones are dead."""
    _require(request, body.user_id)
    return _invited(request, body.user_id, links.link_for(store_of(request), actor_of(request), body.user_id))


@router.get("/users", dependencies=MANAGING)
def all_users(request: Request) -> list[UserTold]:
    """All users, with what each sees."""
    return [_listed(request, one) for one in users.users(store_of(request))]


@router.post("/users", status_code=201, dependencies=MANAGING)
def invite(request: Request, body: NewUser) -> Invited:
    """Invite somebody: a user, and the link by which he chooses his password."""
    store, by = store_of(request), actor_of(request)
    user_id, link = links.invite(store, by, body.email, body.name, body.role, body.employee_id)
    return _invited(request, user_id, link)


@router.patch("/users/{user_id}")
def change_user(request: Request, user_id: str, body: ChangedUser) -> UserTold:
    """Change a user; everybody may change his own name. Whoever is deactivated is out at once."""
    found = signed_in_of(request)
    own = user_id == found.user.id and found.secret and body.model_fields_set <= {"name"}
    if not own:
        require(request, Right.MANAGE_USERS)
    _require(request, user_id)
    users.change(store_of(request), actor_of(request), user_id, Change(**body.model_dump()))
    return _listed(request, _require(request, user_id))


@router.get("/tokens")
def all_tokens(
    request: Request, everybodys: Annotated[bool, Query(description="Of all users, for an admin.")] = False
) -> list[TokenTold]:
    """API tokens, without their secrets."""
    found = require(request, Right.MANAGE_USERS) if everybodys else signed_in_of(request)
    listed = tokens.tokens(store_of(request), None if everybodys else found.user.id)
    return [TokenTold.model_validate(vars(one)) for one in listed]


@router.post("/tokens", status_code=201)
def make_token(request: Request, body: NewToken) -> TokenMade:
    """An API token for oneself; its secret is shown this once."""
    found = require(request, Right.OWN_TOKENS)
    lasts = timedelta(days=body.days) if body.days else None
    token, secret = tokens.make(store_of(request), actor_of(request), found.user, body.name, body.scope, lasts)
    return TokenMade.model_validate({**vars(token), "secret": secret})


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(request: Request, token_id: str) -> None:
    """Take a token back: one's own, as an admin anybody's."""
    found = require(request, Right.OWN_TOKENS)
    owner = None if Right.MANAGE_USERS in found.rights else found.user.id
    try:
        tokens.revoke(store_of(request), actor_of(request), token_id, owner)
    except AccountlensError as error:
        raise missing(error.what) from error


@router.get("/audit", dependencies=READING)
def log(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    user_id: Name | None = None,
    action: Name | None = None,
) -> AuditLines:
    """The audit log, the newest first."""
    store = store_of(request)
    names = {one.id: one.name for one in users.users(store)}
    found = audit.entries(store, limit=limit, before=before, user_id=user_id, action=action)
    lines = [AuditLine(**{**vars(one), "who": names.get(one.user_id or "")}) for one in found]
    return AuditLines(lines=lines, next=lines[-1].number if len(lines) == limit else None)


def _listed(request: Request, user: User) -> UserTold:
    sight = sight_of(user.viewer, request.app.state.server.hall.workspace)
    return UserTold(
        **told_of(user),
        active=user.active,
        signed_up=user.password is not None,
        created_at=user.created_at,
        accounts=None if sight.accounts is None else len(sight.accounts),
        why=sight.why,
    )


def _invited(request: Request, user_id: str, link: Link) -> Invited:
    whole = f"{str(request.base_url).rstrip('/')}{link.path}"
    return Invited(user_id=user_id, path=link.path, link=whole, expires_at=link.expires_at)


def _require(request: Request, user_id: str) -> User:
    found = users.user_of_id(store_of(request), user_id)
    if found is None:
        raise missing(f"No user '{user_id}'.")
    return found
