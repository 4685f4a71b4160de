"""Signing in over HTTP: cookies, CSRF, tokens, links, who may do what; and nothing told to whoever is not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import pytest
from argon2 import PasswordHasher
from fastapi import Depends
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.people import links, passwords, throttle
from accountlens.people.audit import Actor
from accountlens.people.rights import GRANTS, Right
from accountlens.people.viewer import Role
from accountlens.surfaces.web.app import API, AREAS, create_app
from accountlens.surfaces.web.signing_in import needs

PASSWORD = "tall windows hum softly"
OTHER = "seven geese cross slowly"
HERE = Actor(None, "a test")
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name,owner_id,parent_account_id\na1,Acme,e1,\na2,Acme South,e2,a1\na3,Beta,e2,\n",
    "data/employees.csv": "employee_id,name,email\ne1,Bob,bob@example.com\ne2,Carl,carl@example.com\n",
}


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("tiny"), FILES)
    Workspace(folder).refresh()
    return folder


@pytest.fixture
def place(folder: Path) -> Iterator[Path]:
    """The workspace, where nobody is known yet."""
    yield folder
    with Workspace(folder).store.state.session("clear a test") as session:
        for table in ("links", "sign_ins", "tokens", "users", "sign_in_tries"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")


class Browser(TestClient):
    """Cookies, and the CSRF token as our pages send it."""

    def __init__(self, folder: Path, base_url: str = "http://127.0.0.1:8642") -> None:
        app = create_app(folder)
        for right in Right:
            path = f"{API}/doors/{right}"
            app.add_api_route(path, lambda: "open", methods=["GET", "POST"], dependencies=[Depends(needs(right))])
        super().__init__(app, base_url=base_url)

    def at(self, path: str) -> Any:
        return self.get(API + path)

    def tell(self, path: str, body: Any = None, method: str = "POST") -> Any:
        return self.request(method, API + path, json=body)

    def enter(self, answer: Any) -> Browser:
        assert answer.status_code in (200, 201), answer.text
        self.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return self


def admin(folder: Path, **options: Any) -> Browser:
    link = links.setup_link(Workspace(folder).store)
    assert link is not None
    browser = Browser(folder, **options)
    body = {"secret": link.path.partition("#")[2], "name": "Ada", "email": "ada@example.com", "password": PASSWORD}
    return browser.enter(browser.tell("/setup", body))


def invite(boss: Browser, email: str, role: Role) -> Browser:
    made = boss.tell("/users", {"email": email, "name": email.partition("@")[0].title(), "role": role})
    assert made.status_code == 201, made.text
    browser = Browser(boss.app.state.server.hall.folder)
    secret = made.json()["path"].partition("#")[2]
    assert browser.at(f"/invitations/{secret}").json()["email"] == email
    return browser.enter(browser.tell(f"/invitations/{secret}", {"password": PASSWORD}))


def test_the_first_minute(place: Path) -> None:
    browser = Browser(place)
    assert browser.at("/session").json()["needs_setup"] is True
    told = admin(place).at("/session").json()
    assert (told["user"]["name"], told["user"]["role"], told["accounts"]) == ("Ada", "admin", None)
    assert told["rights"] == [str(right) for right in Right]
    assert told["workspace"]["name"] == "Tiny"
    assert told["snapshot"]["id"]
    again = browser.at("/session").json()
    assert (again["needs_setup"], again["user"], again["workspace"], again["csrf"]) == (False, None, None, None)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(place: Path) -> None:
    browser = admin(place)
    answer = browser.tell("/session", {"email": "ada@example.com", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("accountlens-8642=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_secure(place: Path) -> None:
    browser = admin(place, base_url="https://kpi.example.com")
    cookie = browser.tell("/session", {"email": "ada@example.com", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-accountlens-web=")
    assert "Secure" in cookie.split("; ")


def test_what_changes_anything_needs_the_token_of_its_own_session(place: Path) -> None:
    boss, bob = admin(place), None
    bob = invite(boss, "bob@example.com", Role.ADMIN)
    foreign = bob.headers["X-CSRF-Token"]
    mine = boss.headers["X-CSRF-Token"]
    body = {"name": "t", "scope": "read"}
    for told in ("", "x", foreign):
        boss.headers["X-CSRF-Token"] = told
        refused = boss.tell("/tokens", body)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:accountlens:problem:csrf")
        assert boss.at("/tokens").json() == [], "reading needs none"
    boss.headers["X-CSRF-Token"] = mine
    assert boss.tell("/tokens", body).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
    ],
)
def test_a_page_from_elsewhere_cannot_sign_a_browser_in(place: Path, headers: dict[str, str]) -> None:
    admin(place)
    body = {"email": "ada@example.com", "password": PASSWORD}
    for path, told in (
        ("/session", body),
        ("/setup", {**body, "name": "E", "secret": "x"}),
        ("/invitations/x", {"password": PASSWORD}),
    ):
        assert Browser(place).post(API + path, json=told, headers=headers).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8642"}
    assert Browser(place).post(f"{API}/session", json=body, headers=own).status_code == 200


def test_signing_out_ends_the_session_not_only_the_cookie(place: Path) -> None:
    boss = admin(place)
    kept = dict(boss.cookies)
    assert boss.at("/users").status_code == 200
    assert boss.tell("/session", method="DELETE").status_code == 204
    assert dict(boss.cookies) == {}
    boss.cookies.update(kept)
    assert boss.at("/users").status_code == 401


def test_wrong_passwords_are_refused_and_then_wait(place: Path) -> None:
    admin(place)
    browser = Browser(place)
    for _ in range(throttle.FREE["account"]):
        refused = browser.tell("/session", {"email": "ada@example.com", "password": OTHER})
        assert (refused.status_code, refused.json()["type"]) == (401, "urn:accountlens:problem:wrong-sign-in")
    waits = browser.tell("/session", {"email": "ada@example.com", "password": PASSWORD})
    assert waits.status_code == 429
    assert int(waits.headers["retry-after"]) >= 1
    assert "Wait" in waits.json()["mend"]


def test_a_dead_link_is_gone(place: Path) -> None:
    browser = admin(place)
    for path, body in (
        ("/setup", {"secret": "x", "name": "E", "email": "e@b.de", "password": PASSWORD}),
        ("/invitations/x", {"password": PASSWORD}),
    ):
        assert browser.tell(path, body).status_code == 410
    assert browser.at("/invitations/x").status_code == 410


def test_a_token_reads_and_no_more_than_it_is_for(place: Path) -> None:
    boss = admin(place)
    made = boss.tell("/tokens", {"name": "nightly", "scope": "read"}).json()
    stranger = Browser(place)
    stranger.headers["Authorization"] = f"Bearer {made['secret']}"
    assert stranger.at("/session").json()["rights"] == ["ask", "see_all", "see_data"]
    assert stranger.tell("/doors/ask").status_code == 200, "a token needs no CSRF token"
    refused = stranger.at("/users")
    assert refused.status_code == 403
    assert "token" in refused.json()["detail"]
    assert stranger.tell("/tokens", {"name": "more", "scope": "admin"}).status_code == 403
    assert stranger.tell("/session/password", {"old": PASSWORD, "new": OTHER}).status_code == 403
    assert "secret" not in boss.at("/tokens").json()[0]
    assert boss.tell(f"/tokens/{made['id']}", method="DELETE").status_code == 204
    assert stranger.at("/session").status_code == 401
    stranger.cookies.update(dict(boss.cookies))
    assert stranger.at("/session").status_code == 401, "a dead token is nobody, whatever cookie is beside it"


def test_a_token_that_reads_changes_no_view(place: Path) -> None:
    boss = admin(place)
    view = {"page": "accounts", "name": "mine", "state": "tier=A"}
    (kept,) = boss.tell("/views", view, "PUT").json()["views"]
    stranger = Browser(place)
    stranger.headers["Authorization"] = (
        f"Bearer {boss.tell('/tokens', {'name': 'n', 'scope': 'read'}).json()['secret']}"
    )
    assert stranger.tell("/views", view, "PUT").status_code == 403
    assert stranger.tell(f"/views/{kept['id']}", method="DELETE").status_code == 403
    assert boss.tell(f"/views/{kept['id']}", method="DELETE").status_code == 204


@pytest.mark.parametrize("told", ["Basic YTpi", "Bearer", "Bearer x", "nonsense", "", "Bearer \xff"])
def test_what_is_no_token_is_401(place: Path, told: str) -> None:
    answer = Browser(place).get(f"{API}/users", headers={"Authorization": told.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_each_role_may_what_the_table_says(place: Path) -> None:
    boss = admin(place)
    users = {
        Role.ADMIN: boss,
        **{role: invite(boss, f"{role}@example.com", role) for role in Role if role is not Role.ADMIN},
    }
    for role, browser in users.items():
        may = {right for right in Right if browser.at(f"/doors/{right}").status_code == 200}
        assert may == {right for right, grant in GRANTS.items() if role in grant.roles}
        assert browser.at("/session").json()["rights"] == [str(right) for right in Right if right in may]
        for path in ("/users", "/audit", "/tokens?everybodys=true"):
            assert browser.at(path).status_code == (200 if role is Role.ADMIN else 403)


def test_somebody_who_is_no_admin_changes_his_own_name_alone(place: Path) -> None:
    boss = admin(place)
    bob = invite(boss, "bob@example.com", Role.ANALYST)
    own, others = bob.at("/session").json()["user"]["id"], boss.at("/session").json()["user"]["id"]
    assert bob.tell(f"/users/{own}", {"name": "Robert"}, "PATCH").json()["name"] == "Robert"
    for user, body in (
        (own, {"role": "admin"}),
        (own, {"name": "R", "employee_id": "e1"}),
        (own, {"email": "x@y.de"}),
        (others, {"name": "Eve"}),
        (others, {"active": False}),
    ):
        assert bob.tell(f"/users/{user}", body, "PATCH").status_code == 403
    assert bob.tell("/invitations", {"user_id": others}).status_code == 403
    token = bob.tell("/tokens", {"name": "t", "scope": "read"})
    assert token.status_code == 201
    theirs = boss.tell("/tokens", {"name": "t", "scope": "read"}).json()["id"]
    assert bob.tell(f"/tokens/{theirs}", method="DELETE").status_code == 404
    assert boss.tell(f"/tokens/{token.json()['id']}", method="DELETE").status_code == 204


def test_whoever_is_deactivated_is_out_at_once(place: Path) -> None:
    boss = admin(place)
    bob = invite(boss, "bob@example.com", Role.ANALYST)
    own = bob.at("/session").json()["user"]["id"]
    assert boss.tell(f"/users/{own}", {"active": False}, "PATCH").json()["active"] is False
    assert bob.at("/session").json()["user"] is None
    assert bob.at("/doors/ask").status_code == 401


def test_an_account_manager_is_told_what_he_sees_or_why_it_is_nothing(place: Path) -> None:
    boss = admin(place)
    bob, eve = (invite(boss, f"{name}@example.com", Role.ACCOUNT_MANAGER) for name in ("bob", "eve"))
    told = bob.at("/session").json()
    assert (told["accounts"], told["why"]) == (2, None), "his, and the one below it"
    told = eve.at("/session").json()
    assert told["accounts"] == 0
    assert "no employee has that e-mail" in told["why"]
    listed = {one["email"]: one for one in boss.at("/users").json()}
    assert listed["bob@example.com"]["accounts"] == 2
    user = listed["eve@example.com"]["id"]
    assert boss.tell(f"/users/{user}", {"employee_id": "e2"}, "PATCH").json()["accounts"] == 2
    assert eve.at("/session").json()["accounts"] == 2


def test_the_log_over_http_is_paged_and_names_people(place: Path) -> None:
    boss = admin(place)
    boss.tell("/session", {"email": "ada@example.com", "password": OTHER})
    page = boss.at("/audit?limit=2").json()
    assert [one["action"] for one in page["lines"]] == ["sign_in_failed", "signed_in"]
    assert [one["who"] for one in page["lines"]] == ["Ada", "Ada"]
    assert page["lines"][0]["at"].endswith("Z")
    older = boss.at(f"/audit?limit=2&before={page['next']}").json()
    assert [one["action"] for one in older["lines"]] == ["set_up", "user_added"]
    assert "password" not in str(page).lower().replace("password_", "")


def test_a_file_that_a_page_makes_is_noted(place: Path) -> None:
    boss = admin(place)
    vera = invite(boss, "vera@example.com", Role.VIEWER)
    sent = {"page": "/voice?period=2026-Q3", "title": "Detractors", "form": "text/csv", "rows": 12}
    assert vera.tell("/exports", sent).status_code == 204
    assert vera.tell("/exports", {**sent, "page": "elsewhere"}).status_code == 422
    assert Browser(place).tell("/exports", sent).status_code == 401
    vera.headers.pop("X-CSRF-Token")
    assert vera.tell("/exports", sent).status_code == 403
    (line,) = boss.at("/audit?action=export").json()["lines"]
    assert (line["who"], line["subject"]) == ("Vera", "/voice")
    told = {"title": "Detractors", "form": "text/csv", "asked": "period=2026-Q3", "rows": 12}
    assert line["detail"] == told


def test_a_new_password_ends_the_sessions_elsewhere(place: Path) -> None:
    boss = admin(place)
    elsewhere = Browser(place)
    elsewhere.enter(elsewhere.tell("/session", {"email": "ada@example.com", "password": PASSWORD}))
    assert boss.tell("/session/password", {"old": OTHER, "new": OTHER}).status_code == 400
    assert boss.tell("/session/password", {"old": PASSWORD, "new": "short"}).status_code == 400
    boss.enter(boss.tell("/session/password", {"old": PASSWORD, "new": OTHER}))
    assert elsewhere.at("/session").json()["user"] is None
    assert boss.at("/users").status_code == 200
    assert elsewhere.tell("/session", {"email": "ada@example.com", "password": OTHER}).status_code == 200


def test_who_may_not_import_is_refused_before_what_he_sends_is_read(place: Path) -> None:
    reader = invite(admin(place), "vera@example.com", Role.VIEWER)
    areas = [import_module(f"accountlens.surfaces.web.routes.{area}").router for area in AREAS]
    paths = [f"{API}{one.path}" for area in areas for one in area.routes if one.path.endswith("/import")]
    assert len(paths) == 4
    cookie = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    known = {"cookie": cookie, "x-csrf-token": reader.headers["X-CSRF-Token"]}
    for path in paths:
        assert unread(reader.app, path, {}) == 401
        assert unread(reader.app, path, {"cookie": cookie}) == 403, "no page of ours"
        assert unread(reader.app, path, known) == 403, "no right"


def unread(app: ASGIApp, path: str, headers: dict[str, str]) -> int:
    """The status of a POST whose body must not be asked for."""
    told: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        told.append(message)

    sent = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8642", **headers}.items()]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": sent, "scheme": "http"}
    whole = {**scope, "server": ("127.0.0.1", 8642), "client": ("127.0.0.1", 1)}
    with ThreadPoolExecutor() as thread:  # tests with a browser leave a loop in theirs
        thread.submit(anyio.run, app, whole, receive, send).result()
    return int(told[0]["status"])
