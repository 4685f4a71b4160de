"""Signing in and out: by password, by the first admin's link, by an invitation."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from accountlens.people import links, sessions, users
from accountlens.people.links import DeadLinkError
from accountlens.people.rights import Right, scopes_of
from accountlens.people.sessions import Open, WrongSignInError
from accountlens.people.throttle import TooManyTriesError
from accountlens.people.visible import sight_of
from accountlens.surfaces.web.person_models import Acceptance, NewPassword, Person, Session, SetUp, SignIn, told_of
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.schemas import PROBLEMS
from accountlens.surfaces.web.signing_in import (
    SignedIn,
    actor_of,
    address_of,
    drop_cookie,
    never_kept,
    present,
    require_own_page,
    set_cookie,
    signed_in,
    signed_in_of,
    store_of,
)

router = APIRouter(tags=["people"], dependencies=[Depends(never_kept)])
DEAD: dict[int | str, Any] = {410: {**PROBLEMS[404], "description": "The link was used, replaced, or is too old"}}


@router.get("/session")
def session(request: Request) -> Session:
    """Who is signed in, what he may do, what he is shown."""
    return _session(request, present(request))


@router.post("/session")
def sign_in(request: Request, response: Response, body: SignIn) -> Session:
    """Sign in by e-mail and password: sets the cookie of a session."""
    require_own_page(request)
    try:
        opened = sessions.sign_in(store_of(request), address_of(request), body.email, body.password)
    except TooManyTriesError as error:
        raise _too_many(error) from error
    except WrongSignInError as error:
        raise RefusedError(401, error.what, mend=error.mend, kind="wrong-sign-in") from error
    return _enter(request, response, opened)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response) -> None:
    """Sign out here."""
    found = signed_in_of(request)
    if found.secret:
        sessions.sign_out(store_of(request), actor_of(request), found.secret)
    drop_cookie(request, response)


@router.post("/session/password")
def change_password(request: Request, response: Response, body: NewPassword) -> Session:
    """Choose a new password; all sessions elsewhere end."""
    found = signed_in_of(request)
    if found.secret is None:
        raise RefusedError(403, "A password is changed by who is signed in, not by an API token.")
    try:
        opened = sessions.change_password(store_of(request), address_of(request), found.user, body.old, body.new)
    except TooManyTriesError as error:
        raise _too_many(error) from error
    return _enter(request, response, opened)


@router.post("/setup", status_code=201, responses=DEAD)
def set_up(request: Request, response: Response, body: SetUp) -> Session:
    """The first admin, by the link printed at the first start: who he is and his password; he is signed in."""
    require_own_page(request)
    store, by = store_of(request), actor_of(request)
    try:
        user_id = links.set_up(store, by, body.secret, body.email, body.name, body.password)
    except DeadLinkError as error:
        raise _dead(error) from error
    return _enter(request, response, sessions.open_for(store, by.address, user_id))


@router.get("/invitations/{secret}", responses=DEAD)
def invited(request: Request, secret: str) -> Person:
    """Who is invited by a link."""
    try:
        return Person(**told_of(links.invited(store_of(request), secret)))
    except DeadLinkError as error:
        raise _dead(error) from error


@router.post("/invitations/{secret}", status_code=201, responses=DEAD)
def accept(request: Request, response: Response, secret: str, body: Acceptance) -> Session:
    """Choose a password by a link, the first or a new one, and be signed in."""
    require_own_page(request)
    store, by = store_of(request), actor_of(request)
    try:
        user_id = links.accept(store, by, secret, body.password, body.name)
    except DeadLinkError as error:
        raise _dead(error) from error
    return _enter(request, response, sessions.open_for(store, by.address, user_id))


def _enter(request: Request, response: Response, opened: Open) -> Session:
    set_cookie(request, response, opened.secret)
    return _session(request, signed_in(opened))


def _session(request: Request, found: SignedIn | None) -> Session:
    workspace = request.app.state.server.hall.workspace
    if found is None:
        needs_setup = not users.has_admin(workspace.store)
        nothing: dict[str, Any] = {"accounts": None, "why": None, "csrf": None, "expires_at": None}
        nothing |= {"workspace": None, "snapshot": None}
        return Session(user=None, rights=[], token_scopes=[], needs_setup=needs_setup, **nothing)
    sight, snapshot = sight_of(found.viewer, workspace), workspace.store.current()
    house = workspace.house
    return Session(
        user=Person(**told_of(found.user)),
        rights=[one for one in Right if one in found.rights],
        token_scopes=scopes_of(found.user.role) if Right.OWN_TOKENS in found.rights else [],
        accounts=None if sight.accounts is None else len(sight.accounts),
        why=sight.why,
        csrf=found.csrf,
        expires_at=found.expires_at,
        workspace={
            "name": workspace.settings.name,
            "currency": house.currency,
            "time_zone": house.time_zone,
            "fiscal_year_starts": house.fiscal_year_starts,
        },
        snapshot=snapshot and {"id": snapshot.id, "as_of": f"{snapshot.as_of.isoformat()}Z"},
        needs_setup=False,
    )


def _too_many(error: TooManyTriesError) -> RefusedError:
    headers = {"Retry-After": str(error.wait_seconds)}
    return RefusedError(429, error.what, mend=error.mend, kind="too-many-tries", headers=headers)


def _dead(error: DeadLinkError) -> RefusedError:
    return RefusedError(410, error.what, mend=error.mend, kind="dead-link")
