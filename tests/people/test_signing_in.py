"""Links, passwords, sessions, tokens, waits and the audit log: who comes in, and who stays out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from accountlens.errors import AccountlensError
from accountlens.people import audit, links, passwords, sessions, throttle, tokens, users
from accountlens.people.audit import Actor
from accountlens.people.links import DeadLinkError
from accountlens.people.rights import Right, Scope, rights_of, scopes_of
from accountlens.people.sessions import WrongSignInError
from accountlens.people.throttle import TooManyTriesError, Try
from accountlens.people.users import Change
from accountlens.people.viewer import Role
from accountlens.store import Store

PASSWORD = "tall windows hum softly"
OTHER = "seven geese cross slowly"
HERE = Actor(None, "192.0.2.7")
AWAY = "198.51.100.9"


def secret_of(link: links.Link) -> str:
    return link.path.partition("#")[2]


def set_up(store: Store) -> str:
    link = links.setup_link(store)
    assert link is not None
    return links.set_up(store, HERE, secret_of(link), "Ada@Example.com", "Ada", PASSWORD)


def invite(store: Store, email: str = "bob@example.com", role: Role = Role.ACCOUNT_MANAGER) -> str:
    user_id, link = links.invite(store, HERE, email, "Bob", role)
    return links.accept(store, HERE, secret_of(link), PASSWORD) if user_id else ""


def rows(store: Store, sql: str) -> list[Any]:
    with closing(sqlite3.connect(store.database)) as connection:
        return connection.execute(sql).fetchall()


def write(store: Store, sql: str) -> None:
    with store.state.session("prepare a test") as session:
        session.execute(text(sql))


def test_the_first_admin_comes_in_by_the_printed_link_and_only_once(store: Store) -> None:
    dead, living = links.setup_link(store), links.setup_link(store)
    assert dead is not None
    assert living is not None
    with pytest.raises(DeadLinkError):  # a later start replaced it
        links.set_up(store, HERE, secret_of(dead), "a@b.de", "A", PASSWORD)
    user_id = links.set_up(store, HERE, secret_of(living), "Ada@Example.com", "Ada", PASSWORD)
    with pytest.raises(DeadLinkError):
        links.set_up(store, HERE, secret_of(living), "eve@b.de", "Eve", PASSWORD)
    assert links.setup_link(store) is None
    (ada,) = users.users(store)
    assert (ada.id, ada.email, ada.role) == (user_id, "ada@example.com", Role.ADMIN)
    assert sessions.sign_in(store, AWAY, "ADA@example.com ", PASSWORD).user == ada


def test_a_setup_link_dies_when_an_admin_comes_in_another_way(store: Store) -> None:
    link = links.setup_link(store)
    assert link is not None
    invite(store, role=Role.ADMIN)
    with pytest.raises(DeadLinkError):
        links.set_up(store, HERE, secret_of(link), "eve@b.de", "Eve", PASSWORD)
    assert [one.name for one in users.users(store)] == ["Bob"]


def test_an_invitation_works_once_and_not_for_long_and_not_as_a_setup(store: Store) -> None:
    set_up(store)
    user_id, link = links.invite(store, HERE, "bob@example.com", "Bob", Role.VIEWER)
    assert links.invited(store, secret_of(link)).id == user_id
    with pytest.raises(DeadLinkError):
        links.set_up(store, HERE, secret_of(link), "eve@b.de", "Eve", PASSWORD)
    write(store, "UPDATE links SET expires_at = '2020-01-01 00:00:00.000000'")
    with pytest.raises(DeadLinkError):
        links.accept(store, HERE, secret_of(link), PASSWORD)
    again = links.link_for(store, HERE, user_id)
    assert links.accept(store, HERE, secret_of(again), PASSWORD, "Bobby") == user_id
    with pytest.raises(DeadLinkError):
        links.accept(store, HERE, secret_of(again), OTHER)
    assert [one.name for one in users.users(store)] == ["Ada", "Bobby"]


def test_of_two_at_once_one_uses_a_link(store: Store) -> None:
    set_up(store)
    _, link = links.invite(store, HERE, "bob@example.com", "Bob", Role.VIEWER)
    ends: list[str] = []

    def accept(password: str) -> None:
        try:
            links.accept(store, HERE, secret_of(link), password)
            ends.append("in")
        except DeadLinkError:
            ends.append("out")

    threads = [Thread(target=accept, args=(one,)) for one in (PASSWORD, OTHER)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ends) == ["in", "out"]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "123456789012",
        "ada@example.com",
        "AdaAdaAdaAda",
        "password1234",
        "x" * 1001,
    ],
)
def test_what_is_guessed_at_once_is_no_password(store: Store, password: str) -> None:
    with pytest.raises(AccountlensError):
        passwords.require_strong(password, "ada@example.com", "Ada")
    passwords.require_strong(PASSWORD, "ada@example.com", "Ada")


def test_nobody_learns_which_accounts_there_are(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(store)
    links.invite(store, HERE, "no-password@example.com", "New", Role.VIEWER)
    gone = invite(store, "gone@example.com")
    users.change(store, HERE, gone, Change(active=False))
    verified: list[str] = []
    verify = type(passwords._hasher).verify
    monkeypatch.setattr(
        type(passwords._hasher), "verify", lambda self, kept, told: verified.append(kept) or verify(self, kept, told)
    )
    said = set()
    for email in ("nobody@example.com", "ada@example.com", "no-password@example.com", "gone@example.com"):
        with pytest.raises(WrongSignInError) as error:
            sessions.sign_in(store, AWAY, email, OTHER)
        said.add(str(error.value))
    assert len(said) == 1
    assert len(verified) == 4, "as much work for everybody"


def test_a_password_that_fits_nobodys_hash_lets_nobody_in(store: Store) -> None:
    assert passwords.fits("nobody's password", None) is False


def test_after_some_failures_one_waits_longer_and_longer(store: Store) -> None:
    set_up(store)
    one = Try("ada@example.com", AWAY)
    for _ in range(throttle.FREE["account"]):
        with pytest.raises(WrongSignInError):
            sessions.sign_in(store, AWAY, "ada@example.com", OTHER)
    with pytest.raises(TooManyTriesError) as waiting:
        sessions.sign_in(store, "203.0.113.1", "ada@example.com", PASSWORD)  # from elsewhere too, even if it is right
    assert waiting.value.wait_seconds <= 2
    waits = []
    for _ in range(12):
        write(store, "UPDATE sign_in_tries SET free_at = '2020-01-01 00:00:00.000000'")
        throttle.begin(store, one)
        with pytest.raises(TooManyTriesError) as waiting:
            throttle.begin(store, one)
        waits.append(waiting.value.wait_seconds)
    assert waits == sorted(waits)
    assert waits[-1] == throttle.LONGEST_SECONDS


def test_an_address_that_fails_for_many_accounts_waits_too(store: Store) -> None:
    for place in range(throttle.FREE["address"]):
        throttle.begin(store, Try(f"user{place}@example.com", AWAY))
    with pytest.raises(TooManyTriesError):
        throttle.begin(store, Try("another@example.com", AWAY))
    throttle.begin(store, Try("another@example.com", "203.0.113.1"))


def test_many_tries_at_once_are_counted_before_they_are_compared(store: Store) -> None:
    set_up(store)
    ends: list[str] = []

    def attempt() -> None:
        try:
            sessions.sign_in(store, AWAY, "ada@example.com", OTHER)
        except WrongSignInError:
            ends.append("wrong")
        except TooManyTriesError:
            ends.append("waits")

    threads = [Thread(target=attempt) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ends.count("wrong") == throttle.FREE["account"]


def test_signing_in_forgives_the_account_and_a_link_lets_it_try_again(store: Store) -> None:
    user_id = set_up(store)
    for _ in range(throttle.FREE["account"] - 1):
        with pytest.raises(WrongSignInError):
            sessions.sign_in(store, AWAY, "ada@example.com", OTHER)
    sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD)
    for _ in range(throttle.FREE["account"]):
        with pytest.raises(WrongSignInError):
            sessions.sign_in(store, "203.0.113.1", "ada@example.com", OTHER)
    links.link_for(store, HERE, user_id)
    sessions.sign_in(store, "203.0.113.1", "ada@example.com", PASSWORD)


def test_what_was_typed_where_an_email_belongs_is_not_kept(store: Store) -> None:
    with pytest.raises(WrongSignInError):
        sessions.sign_in(store, AWAY, "my-very-secret-password", "x")
    assert b"my-very-secret-password" not in store.database.read_bytes()


def test_a_session_ends_by_time_idleness_signing_out_password_and_deactivation(store: Store) -> None:
    user_id = set_up(store)
    bob = invite(store)

    def enter() -> str:
        return sessions.sign_in(store, AWAY, "bob@example.com", PASSWORD).secret

    def alive(secret: str) -> bool:
        return sessions.find(store, secret) is not None

    secret = enter()
    assert alive(secret)
    write(store, "UPDATE sign_ins SET expires_at = '2020-01-01 00:00:00.000000'")
    assert not alive(secret)
    secret = enter()
    write(store, "UPDATE sign_ins SET seen_at = '2020-01-01 00:00:00.000000'")
    assert not alive(secret)
    secret, other = enter(), enter()
    sessions.sign_out(store, Actor(bob, AWAY), secret)
    assert (alive(secret), alive(other)) == (False, True)
    user = users.require_user(store, bob)
    now = sessions.change_password(store, AWAY, user, PASSWORD, OTHER)
    assert (alive(other), alive(now.secret)) == (False, True)
    assert links.accept(store, HERE, secret_of(links.link_for(store, HERE, bob)), PASSWORD) == bob
    assert not alive(now.secret)
    secret = enter()
    users.change(store, Actor(user_id, AWAY), bob, Change(active=False))
    assert not alive(secret)
    assert rows(store, f"SELECT * FROM sign_ins WHERE user_id = '{bob}'") == []
    with pytest.raises(WrongSignInError):
        enter()


def test_a_session_that_is_used_does_not_idle(store: Store) -> None:
    set_up(store)
    secret = sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD).secret
    before = rows(store, "SELECT seen_at FROM sign_ins")
    assert sessions.find(store, secret) is not None
    assert rows(store, "SELECT seen_at FROM sign_ins") == before, "not every request writes"
    write(store, "UPDATE sign_ins SET seen_at = datetime('now', '-1 hour')")
    assert sessions.find(store, secret) is not None
    assert rows(store, "SELECT seen_at > datetime('now', '-1 minute') FROM sign_ins") == [(1,)]


def test_a_role_that_changes_counts_at_once(store: Store) -> None:
    set_up(store)
    bob = invite(store, role=Role.ADMIN)
    secret = sessions.sign_in(store, AWAY, "bob@example.com", PASSWORD).secret
    users.change(store, HERE, bob, Change(role=Role.VIEWER))
    found = sessions.find(store, secret)
    assert found is not None
    assert found.user.role is Role.VIEWER


def test_no_secret_stands_in_the_store(store: Store) -> None:
    link = links.setup_link(store)
    assert link is not None
    user_id = links.set_up(store, HERE, secret_of(link), "ada@example.com", "Ada", PASSWORD)
    session = sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD)
    _, token = tokens.make(store, HERE, users.require_user(store, user_id), "n", Scope.ADMIN, None)
    _, invitation = links.invite(store, HERE, "bob@example.com", "Bob", Role.VIEWER)
    kept = b"".join(file.read_bytes() for file in store.folder.iterdir() if file.is_file())
    for secret in (secret_of(link), session.secret, token, secret_of(invitation), PASSWORD):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_token_counts_until_it_expires_is_revoked_or_its_owner_leaves(store: Store) -> None:
    set_up(store)
    bob = users.require_user(store, invite(store))
    _, never = tokens.make(store, HERE, bob, "never", Scope.READ, None)
    soon, secret = tokens.make(store, HERE, bob, "soon", Scope.WRITE, timedelta(days=1))
    assert [one.used_at for one in tokens.tokens(store, bob.id)] == [None, None]
    found = tokens.find(store, secret)
    assert found is not None
    assert (found[0], found[1]) == (bob, soon)
    assert {one.name for one in tokens.tokens(store) if one.used_at} == {"soon"}
    write(store, "UPDATE tokens SET expires_at = '2020-01-01 00:00:00.000000' WHERE name = 'soon'")
    assert tokens.find(store, secret) is None
    with pytest.raises(AccountlensError, match="No token"):
        tokens.revoke(store, HERE, soon.id, owner="somebody else")
    tokens.revoke(store, HERE, soon.id, owner=bob.id)
    assert [one.name for one in tokens.tokens(store, bob.id)] == ["never"]
    assert tokens.find(store, never) is not None
    users.change(store, HERE, bob.id, Change(active=False))
    users.change(store, HERE, bob.id, Change(active=True))
    assert tokens.find(store, never) is None, "who comes back makes new ones"


def test_a_token_may_not_more_than_its_owner_nor_than_its_scope(store: Store) -> None:
    for role in Role:
        own = rights_of(role)
        for scope in Scope:
            assert rights_of(role, scope) <= own
        assert rights_of(role, Scope.READ) <= {Right.ASK, Right.SEE_ALL, Right.SEE_DATA}
        assert Scope.READ in scopes_of(role)
        assert (Scope.ADMIN in scopes_of(role)) == (role is Role.ADMIN)
    assert scopes_of(Role.VIEWER) == [Scope.READ]
    set_up(store)
    bob = users.require_user(store, invite(store))
    with pytest.raises(AccountlensError, match="may more than its owner"):
        tokens.make(store, HERE, bob, "too much", Scope.ADMIN, None)


def test_the_last_admin_stays(store: Store) -> None:
    ada = set_up(store)
    links.invite(store, HERE, "new@example.com", "New", Role.ADMIN)  # who has no password yet is none
    for change in (Change(active=False), Change(role=Role.ANALYST)):
        with pytest.raises(AccountlensError, match="last admin"):
            users.change(store, HERE, ada, change)
    assert users.require_user(store, ada).role is Role.ADMIN
    invite(store, role=Role.ADMIN)
    users.change(store, HERE, ada, Change(role=Role.ANALYST))


def test_an_email_is_one_users_and_is_one(store: Store) -> None:
    set_up(store)
    for email in ("ADA@example.com", "nothing", "a b@c.de", "x@" + "y" * 400 + ".de"):
        with pytest.raises(AccountlensError):
            links.invite(store, HERE, email, "Eve", Role.VIEWER)
    assert len(users.users(store)) == 1


def test_the_log_tells_who_did_what_from_where_and_holds_no_email(store: Store) -> None:
    ada = set_up(store)
    with pytest.raises(WrongSignInError):
        sessions.sign_in(store, AWAY, "ada@example.com", OTHER)
    with pytest.raises(WrongSignInError):
        sessions.sign_in(store, AWAY, "nobody@example.com", OTHER)
    sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD)
    bob, _ = links.invite(store, Actor(ada, AWAY), "bob@example.com", "Bob", Role.VIEWER)
    users.change(store, Actor(ada, AWAY), bob, Change(role=Role.ANALYST, name="Robert"))
    audit.record(store, Actor(ada, AWAY), "exported", "rows of win_rate", rows=3)
    found = audit.entries(store)
    told = [(one.action, one.user_id, one.address) for one in reversed(found)]
    assert told == [
        ("user_added", None, HERE.address),
        ("set_up", ada, HERE.address),
        ("sign_in_failed", ada, AWAY),
        ("sign_in_failed", None, AWAY),
        ("signed_in", ada, AWAY),
        ("user_added", ada, AWAY),
        ("user_changed", ada, AWAY),
        ("exported", ada, AWAY),
    ]
    assert found[1].subject == bob
    assert found[1].detail == {"role": ["viewer", "analyst"], "also": ["name"]}
    assert "example.com" not in "".join(map(str, rows(store, "SELECT * FROM audit")))
    assert [one.number for one in audit.entries(store, limit=2, before=found[2].number)] == [
        found[3].number,
        found[4].number,
    ]
    assert {one.action for one in audit.entries(store, action="signed_in", user_id=ada)} == {"signed_in"}


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit"])
def test_the_log_is_only_added_to(store: Store, change: str) -> None:
    set_up(store)
    with pytest.raises(AccountlensError, match="only added to"):
        write(store, change)
    assert len(audit.entries(store)) == 2


def test_weaker_hashes_are_made_anew_when_somebody_signs_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = set_up(store)
    before = users.require_user(store, ada).password
    monkeypatch.setattr(passwords, "_hasher", type(passwords._hasher)(time_cost=2, memory_cost=8, parallelism=1))
    sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD)
    after = users.require_user(store, ada).password
    assert before != after
    assert after is not None
    assert "t=2" in after
    assert sessions.sign_in(store, AWAY, "ada@example.com", PASSWORD).user == replace(
        users.require_user(store, ada), password=after
    )
