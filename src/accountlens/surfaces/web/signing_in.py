"""Who sends a request: by the cookie of a session, or by an API token; and whether he may do what it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from accountlens.people import audit, sessions, tokens
from accountlens.people.audit import Actor
from accountlens.people.rights import GRANTS, ROLES, Right, rights_of
from accountlens.people.secret import csrf_token, is_csrf_token
from accountlens.people.sessions import LASTS, Open
from accountlens.people.users import User
from accountlens.people.viewer import Role, Viewer
from accountlens.store import Store
from accountlens.surfaces.web.problems import RefusedError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"


@dataclass(frozen=True)
class SignedIn:
    """`secret` is that of his browser's session; a request by token has none."""

    user: User
    rights: frozenset[Right]
    secret: str | None = None
    expires_at: datetime | None = None

    @property
    def viewer(self) -> Viewer:
        return self.user.viewer

    @property
    def csrf(self) -> str | None:
        return csrf_token(self.secret) if self.secret else None


def viewer_of(request: Request) -> Viewer:
    """Who asks; 401 where nobody is signed in, 403 where a page of somebody else's may have sent it."""
    return signed_in_of(request).viewer


def needs(right: Right) -> Callable[[Request], Viewer]:
    """A dependency: who asks, if he may do that; else 403."""

    def allowed(request: Request) -> Viewer:
        return require(request, right).viewer

    return allowed


def require(request: Request, right: Right) -> SignedIn:
    """Who is signed in, if he may do that; else 403."""
    found = signed_in_of(request)
    if right not in found.rights:
        raise forbidden(found.user.role, right)
    return found


def signed_in_of(request: Request) -> SignedIn:
    """The same, with his rights; looked up once for a request."""
    found = present(request)
    if found is None:
        headers = {"WWW-Authenticate": "Bearer"}
        raise RefusedError(401, "Nobody is signed in.", mend="Sign in, or send an API token.", headers=headers)
    told = request.headers.get(CSRF_HEADER, "")
    if found.secret and request.method not in SAFE and not is_csrf_token(told, found.secret):
        mend = f"Send the token that GET /api/v1/session tells as {CSRF_HEADER}; reloading the page does."
        raise RefusedError(403, "The request does not show that it comes from our own page.", mend=mend, kind="csrf")
    return found


def present(request: Request) -> SignedIn | None:
    """Whoever is signed in, if anybody; a token that counts no more is an error, never somebody else."""
    if not hasattr(request.state, "signed_in"):
        request.state.signed_in = _look(request)
    found: SignedIn | None = request.state.signed_in
    return found


def _look(request: Request) -> SignedIn | None:
    store = store_of(request)
    told = request.headers.get("authorization")
    if told is not None:
        scheme, _, secret = told.partition(" ")
        known = tokens.find(store, secret.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise RefusedError(401, "This API token does not count.", mend="Make a new one.", headers=headers)
        user, token = known
        return SignedIn(user, rights_of(user.role, token.scope))
    secret = request.cookies.get(cookie_name(request), "")
    session = sessions.find(store, secret) if secret else None
    return signed_in(session) if session else None


def signed_in(session: Open) -> SignedIn:
    return SignedIn(session.user, rights_of(session.user.role), session.secret, session.expires_at)


def require_own_page(request: Request) -> None:
    """Of requests that nobody is signed in for yet: refuse what a page from elsewhere sends (login CSRF)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    foreign = site not in (None, "same-origin", "none") if site else False
    if foreign or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise RefusedError(403, "This was sent by a page from elsewhere.", mend="Open our own page.", kind="csrf")


def never_kept(response: Response) -> None:
    """A dependency: nobody between here and the reader keeps what is told."""
    response.headers["Cache-Control"] = "no-store"


def set_cookie(request: Request, response: Response, secret: str) -> None:
    secure = request.url.scheme == "https"
    lasts = int(LASTS.total_seconds())
    name = cookie_name(request)
    response.set_cookie(name, secret, max_age=lasts, path="/", httponly=True, samesite="lax", secure=secure)


def drop_cookie(request: Request, response: Response) -> None:
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), path="/", httponly=True, samesite="lax", secure=secure)


def cookie_name(request: Request) -> str:
    """With the port, since browsers share cookies between the ports of a host, where other workspaces are served."""
    own = f"accountlens-{request.url.port or 'web'}"
    return f"__Host-{own}" if request.url.scheme == "https" else own


def actor_of(request: Request) -> Actor:
    """Who does it and from where, for the audit log."""
    found = present(request)
    return Actor(found.user.id if found else None, address_of(request))


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def note(request: Request, action: str, subject: str = "", **detail: Any) -> None:
    """Write what a request does into the audit log: exports, and changes that have no line of their own."""
    audit.record(store_of(request), actor_of(request), action, subject, **detail)


def store_of(request: Request) -> Store:
    store: Store = request.app.state.server.hall.workspace.store
    return store


def forbidden(role: Role, right: Right) -> RefusedError:
    """The answer to somebody of that role, or with a token of his, who may not do that."""
    words = GRANTS[right].words[0].lower() + GRANTS[right].words[1:]
    if right in rights_of(role):
        return RefusedError(403, f"This API token is not for that: {words}.", mend="Make one with a wider scope.")
    return RefusedError(403, f"The role {ROLES[role].lower()} may not do that: {words}.", mend="Ask an admin.")
