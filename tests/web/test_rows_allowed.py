"""Random users and questions: each gets exactly the rows he may see, and nowhere a word about others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import isclose
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.secrets_of import secrets_of
from tests.web.conftest import API
from tests.workspaces import write_files

from accountlens import Workspace
from accountlens.engine.planner import make_plan
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.people import links, tokens
from accountlens.people.audit import Actor
from accountlens.people.rights import Scope
from accountlens.people.users import require_user
from accountlens.people.viewer import Role, Viewer
from accountlens.people.visible import accounts_of
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.examples import BODIES
from accountlens.workspace.asking import Asking

OWN = ["tier", "segment", "owner_id", "account_id", "owner.team", "channel", "product_id", "name"]
ABOVE = ["parent_account_id", "ultimate_parent_id", "account.parent_account.tier", "account.parent_account.name"]
STAGES = ["aware", "engaged", "mqa", "opportunity", "customer"]


class Company:
    """`kpis` are those that can be split by account. (No data class: failures would print all of it.)"""

    def __init__(self, workspace: Workspace, accounts: list[str], owners: list[str], kpis: list[str]) -> None:
        self.workspace, self.accounts, self.owners, self.kpis = workspace, accounts, owners, kpis
        self.secrets = secrets_of(workspace)

    def where(self, seen: frozenset[str]) -> str:
        return f"account_id in ({', '.join(repr(one) for one in sorted(seen) or ['nobody'])})"


@pytest.fixture(scope="module")
def known(company: Path) -> Company:
    workspace = Workspace(company)
    opened = workspace._open(None)
    opened.session.table("accounts")
    rows = opened.session.fetch("SELECT account_id, owner_id FROM accounts ORDER BY 1").fetchall()
    ground = opened.ground(Query(()))

    def splits(name: str) -> bool:
        try:
            return bool(make_plan(Query((Asked(name),), by=("account_id",), period="last-month"), ground))
        except AccountlensError:
            return False

    kpis = [name for name in sorted(workspace.catalog.kpis) if splits(name)]
    owners = sorted({owner for _, owner in rows if owner})
    return Company(workspace, [id_ for id_, _ in rows], owners, kpis)


# Numbers that stand for one of what the company has, whatever it has.
one = st.integers(0, 10_000)
SIGHTS = st.tuples(st.sampled_from([Role.MANAGER, Role.ACCOUNT_MANAGER]), one) | st.lists(one, max_size=6)


def sight(drawn: Any, known: Company) -> frozenset[str]:
    """What a random user sees, by role and employee; or any few accounts, as other companies may divide them."""
    if isinstance(drawn, list):
        return frozenset(pick(known.accounts, number) for number in drawn)
    role, employee = drawn
    found = accounts_of(Viewer("u", "u@example.com", "U", role, pick(known.owners, employee)), known.workspace)
    assert found is not None
    return found


def pick(things: list[str], number: int) -> str:
    return things[number % len(things)]


def questions(dimensions: list[str]) -> Any:
    parts = {
        "by": st.lists(st.sampled_from(dimensions), max_size=2, unique=True),
        "period": st.sampled_from(["last-quarter", "last-month", "2026-04..2026-06"]),
        "grain": st.sampled_from(["total", "month"]),
        "scope": st.sampled_from(["all", "target", "non_target", "customers"]),
        "compare": st.sampled_from([[], ["previous"], ["year-ago"]]),
        "totals": st.sampled_from(["grand", "all", "none"]),
        "history": st.sampled_from(["as-was", "as-is"]),
    }
    return st.fixed_dictionaries(parts)


def asked(asking: Asking, kpis: list[str], question: dict[str, Any]) -> Any:
    """The rows, or the error in its place: which must be the same for the same question."""
    try:
        return [dict(row) for row in asking.ask(*kpis, **question).rows()]
    except AccountlensError as error:
        return error


def near(mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(near(mine[name], theirs[name]) for name in theirs)
    if isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(near, mine, theirs))
    if isinstance(theirs, float) and isinstance(mine, float):
        return isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return str(mine) == str(theirs) if isinstance(theirs, Exception) else bool(mine == theirs)


@settings(max_examples=60, deadline=None)
@given(SIGHTS, st.lists(one, min_size=1, max_size=3), questions(OWN))
def test_whoever_sees_some_accounts_is_answered_as_if_there_were_no_others(
    known: Company, drawn: Any, asks: list[int], question: dict[str, Any]
) -> None:
    seen, kpis = sight(drawn, known), list({pick(known.kpis, number): None for number in asks})
    theirs = asked(known.workspace, kpis, {**question, "where": known.where(seen)})  # first: whoever sees all
    mine = asked(known.workspace.seen_by(seen), kpis, question)
    assert near(mine, theirs)
    assert known.secrets.told(mine, seen) == set()


WAYS = ["answer", "series", "top", "explain", "explain one", "account", "another", "journey", "cohorts", "outlook"]


@settings(max_examples=60, deadline=None)
@given(SIGHTS, one, one, questions(OWN + ABOVE), st.integers(0, 3), st.sampled_from(STAGES), st.sampled_from(WAYS))
def test_no_way_through_the_engine_tells_of_other_accounts(
    known: Company, drawn: Any, asks: int, other: int, question: dict[str, Any], filtered: int, stage: str, way: str
) -> None:
    seen = sight(drawn, known)
    hidden = pick([id_ for id_ in known.accounts if id_ not in seen], other)
    name = next(name for name, id_ in known.secrets.called.items() if id_ == hidden and name != id_)
    where = [None, f"account_id = '{hidden}'", f"name = '{name}'", f"parent_account_id = '{hidden}'"][filtered]
    kpi = pick(sorted(known.workspace.catalog.kpis), asks)
    called = pick([hidden, name, name[:-1], name[1:]], asks)
    try:
        told = tell(known.workspace.seen_by(seen), way, kpi, {**question, "where": where}, stage, called, seen)
    except AccountlensError as error:
        told = error
    assert known.secrets.told(told, seen, typed={hidden, name, called, str(where)}) == set()


def tell(
    asking: Asking, way: str, kpi: str, question: dict[str, Any], stage: str, called: str, seen: frozenset[str]
) -> Any:
    match way:
        case "answer":
            return [dict(row) for row in asking.ask(kpi, **question).rows()]
        case "series":
            return asking.ask(kpi, **question).series(components=True).to_json_dict()
        case "top":
            return [dict(row) for row in asking.ask(kpi, **question).top(kpi, 5).rows()]
        case "explain":
            found = asking.explain(kpi, **{key: question[key] for key in ("period", "scope", "compare", "where")})
            return [found.row, found.sql, found.change, found.traces]
        case "explain one":
            return asking.explain(kpi, account=called, period="last-quarter").traces
        case "account":
            return [asking.account(one) for one in sorted(seen)[:1]]
        case "another":
            return asking.account(called)
        case "journey":
            return asking.journey()
        case "cohorts":
            return asking.funnel(stage, by=(question["by"] or [None])[0])
    return asking.outlook()


def test_a_parent_somebody_does_not_see_is_not_named_by_the_rows_of_its_child(known: Company) -> None:
    session = known.workspace._open(None).session
    sql = "SELECT account_id, parent_account_id FROM accounts WHERE parent_account_id IS NOT NULL ORDER BY 1 LIMIT 1"
    ((child, parent),) = session.fetch(sql).fetchall()
    kpis = ["mrr", "engagement_score", "outbound_touches"]

    def told(seen: frozenset[str]) -> list[Any]:
        asking = known.workspace.seen_by(seen)
        found: list[Any] = [asking.account(child)]
        for dimension in ABOVE:
            for history in ("as-was", "as-is"):
                rows = asking.ask(*kpis, by=["account_id", dimension], period="last-quarter", history=history).rows()
                found.append([dict(row) for row in rows])
        return found

    for without in (frozenset({child}), frozenset(known.accounts) - {parent}):
        assert known.secrets.told(told(without), without) == set()
    both = told(frozenset({child, parent}))
    assert all(parent in str(one) for one in both[:5]), "who sees both is told"


@pytest.fixture(scope="module")
def clients(known: Company) -> Iterator[tuple[TestClient, TestClient, frozenset[str]]]:
    """Whoever sees all; an account manager of few accounts; and which those are."""
    store, by = known.workspace.store, Actor(None, "a test")
    seen_by = {
        one: accounts_of(Viewer("u", "", "", Role.ACCOUNT_MANAGER, one), known.workspace) for one in known.owners
    }
    employee = min((one for one in known.owners if seen_by[one]), key=lambda one: len(seen_by[one] or ()))
    with TestClient(create_app(known.workspace.folder)) as every:
        some = TestClient(every.app)
        for client, role in ((every, Role.ADMIN), (some, Role.ACCOUNT_MANAGER)):
            id_, _ = links.invite(store, by, f"{role}@rows.example.com", "U", role, employee)
            user = require_user(store, id_)
            scope = Scope.ADMIN if role is Role.ADMIN else Scope.READ
            client.headers["Authorization"] = f"Bearer {tokens.make(store, by, user, 't', scope, timedelta(days=1))[1]}"
        seen = seen_by[employee] or frozenset()
        _fill(every, min(seen), min(one for one in known.accounts if one not in seen), employee)
        yield every, some, seen


def _fill(admin: TestClient, mine: str, hidden: str, owner: str) -> None:
    """Something of everything that people keep: else no address could tell it to anybody."""
    rule = {"label": "Pays", "when": {"kind": "threshold", "kpi": "mrr", "per": "month", "above": 0}}
    sent = [
        ("PUT", "/alerts/rules/pays", {"rule": rule, "on": True}),
        ("POST", "/alerts/check", None),
        ("POST", "/reports/frozen", {"cadence": "quarterly", "audience": f"account:{hidden}"}),
        *(
            ("POST", "/notes", {"account_id": one, "kpi": "mrr", "text": f"Kept about {one}."})
            for one in (mine, hidden)
        ),
        *(
            ("POST", "/targets", {"kpi": "mrr", "scope": scope, "period": "2026-Q4", "amount": 1000})
            for scope in ("company", f"owner:{owner}", f"account:{mine}", f"account:{hidden}")
        ),
    ]
    for method, path, body in sent:
        answer = admin.request(method, f"{API}{path}", json=body)
        assert answer.status_code < 300, (path, answer.text)


FORMS = ("application/json", "text/csv", "application/vnd.apache.arrow.stream")


def addresses(client: TestClient, known: Company, mine: str, hidden: str) -> list[tuple[str, list[str]]]:
    """Every GET of the API, with something plausible for what it needs; of one account his own, and another's.

    With each the forms of its answers that are read here, those that it does not say it has as one.
    """
    filled = {
        "kpi": "mrr",
        "kpis": "mrr,engagement_score,win_rate",
        "by": "account_id",
        "text": f"mrr of {hidden[:-1]}",
        "stage": "mqa",
        "measure": "",
    }
    found = []
    for path, operations in client.get(f"{API}/openapi.json").json()["paths"].items():
        if "get" not in operations:
            continue
        given = operations["get"].get("parameters", [])
        names = [one["name"] for one in given if one["in"] == "query"]
        has = operations["get"]["responses"].get("200", {}).get("content", {})
        forms = [form for form in FORMS if form in has] + [", ".join(form for form in FORMS if form not in has)]
        for account in (mine, hidden):
            inside = {one["name"]: filled.get(one["name"], account) for one in given if one["in"] == "path"}
            told = {name: filled[name] for name in names if name in filled} | {"account": account} if names else {}
            query = "&".join(f"{name}={value}" for name, value in told.items() if name in names and value)
            found.append((f"{path.format(**inside)}{'?' if query else ''}{query}", [one for one in forms if one]))
    return sorted(found)


def content(answer: Any) -> Any:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind.endswith("json"):
        return answer.json()
    if kind == "text/csv":
        return list(csv.reader(io.StringIO(answer.text)))
    if kind == "application/vnd.apache.arrow.stream":
        return pa.ipc.open_stream(answer.content).read_all().to_pylist()
    return answer.text


def test_no_address_of_the_api_tells_an_account_manager_of_other_accounts(
    known: Company, clients: tuple[TestClient, TestClient, frozenset[str]]
) -> None:
    every, some, seen = clients
    mine, hidden = min(seen), min(one for one in known.accounts if one not in seen)
    called = [name for name, id_ in known.secrets.called.items() if id_ == hidden]
    told_all = set()
    for address, forms in dict(addresses(every, known, mine, hidden)).items():
        for accept in forms:
            first = every.get(address, headers={"Accept": accept})  # so that whatever is kept is kept for him
            answer = some.get(address, headers={"Accept": accept, "If-None-Match": first.headers.get("etag", "none")})
            assert answer.status_code < 500, (address, answer.text)
            told = known.secrets.told(content(answer), seen, typed={hidden})
            assert told == set(), (address, accept, answer.text[:500])
            if known.secrets.told(content(first), seen):
                told_all.add(address)
                assert answer.status_code != 304, (address, "what another was told is not his to keep")
            if hidden in address:
                assert not any(name in answer.text for name in called if name != hidden), address
    wanted = {"/query", "/notes", "/targets", "/alerts", "/todo", "/voice/comments", "/accounts", "/reports"}
    told_of = {address.partition("?")[0].removeprefix(API) for address in told_all}
    assert wanted - told_of == set(), "whoever sees all is told of others by all of these"
    posted = {path: BODIES[f"POST {path}"] for path in ("/query", "/alerts/preview", "/catalog/preview")}
    posted["/query"] = {"kpis": ["mrr"], "by": ["account_id"], "period": "last-quarter"}
    for path, body in posted.items():
        first, answer = (client.post(f"{API}{path}", json=body) for client in (every, some))
        assert first.status_code < 300, first.text
        assert known.secrets.told(content(answer), seen) == set(), (path, answer.text[:500])


def test_an_older_snapshot_is_shown_to_whom_the_accounts_belong_now(tmp_path: Path) -> None:
    files = {
        "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
        "data/employees.csv": "employee_id,name\ne1,Bob\ne2,Carl\n",
        "data/opportunities.csv": "opportunity_id,account_id,status,amount,created_at,closed_at\n"
        "o1,A00001,won,5,2025-12-01,2025-12-03\n",
    }
    write_files(tmp_path, files)

    def refresh(owner: str, day: int) -> str:
        write_files(tmp_path, {"data/accounts.csv": f"account_id,name,owner_id\nA00001,Acme Mills,{owner}\n"})
        return Workspace(tmp_path).refresh(as_of=datetime(2026, 1, day)).snapshot

    first, _ = refresh("e2", 1), refresh("e1", 2)
    bob = TestClient(create_app(tmp_path, viewer_of=lambda _: Viewer("u", "", "", Role.ACCOUNT_MANAGER, "e1")))
    address = f"{API}/query?kpis=sales_revenue&by=account_id&snapshot={first}"
    assert "Acme Mills" in bob.get(address).text
    refresh("e2", 3)
    assert "Acme Mills" not in bob.get(address).text
