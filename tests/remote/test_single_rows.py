"""Single rows of large tables that stay in a warehouse: what pages tell of them here, and what is asked there."""

from __future__ import annotations

from threading import Timer

import pytest
from tests.remote.company import Twins
from tests.remote.conftest import SECRET
from tests.remote.pages import PLAIN, happened, told_before_a_call, waiting
from tests.remote.web import client, refused
from tests.servers import postgres
from tests.web.conftest import get

from accountlens.errors import AccountlensError
from accountlens.pages.timeline import timeline
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.faults import WarehouseError
from accountlens.warehouses.registry import connected

SPAN = "2026-05-03..2026-06-20"  # of which no figures are kept
ACCOUNTS = ("A00001", "A00018")


def test_an_account_is_told_before_a_call_without_the_warehouse(twins: Twins) -> None:
    """Its last touches, its people, what happened: the same rows, as far as they are here; and where the others lie."""
    further = 0
    for account in ACCOUNTS:
        assert told_before_a_call(twins.there, account) == told_before_a_call(twins.here, account)
        told = timeline(twins.there, account, kinds=PLAIN, limit=500)
        mine = happened(twins.here, account)
        assert told.older is not None
        assert told.older.engine == "PostgreSQL"
        since = told.older.since
        assert [one for one in told.entries if one.at >= since] == [one for one in mine if one.at >= since]
        assert [one for one in mine if one in told.entries] == list(told.entries)
        further += len(mine) - len(told.entries)
        assert timeline(twins.there, account, kinds=PLAIN, period="2026-09").older is None
    assert further > 0
    assert list(waiting(twins.there)) == list(waiting(twins.here))


def test_no_kpi_is_made_of_a_part(twins: Twins) -> None:
    """What comes home of single rows has names of its own, which nothing beneath a KPI reads."""
    catalog = twins.there.catalog
    facts = {one.fact for kpi in catalog.kpis.values() for one in kpi.measures.values() if one.fact}
    beneath = {name for fact in facts for name in (fact, *catalog.closure(fact))}
    assert "touches" in beneath
    assert not {"recent_touches", "recent_days", "contact_signs"} & beneath


def test_who_sees_some_accounts_sees_their_rows_alone(twins: Twins) -> None:
    his = twins.there.seen_by(frozenset({"A00001"}))
    assert happened(his, "A00001") == happened(twins.there, "A00001")
    with pytest.raises(AccountlensError, match="No account"):
        happened(his, "A00002")
    session = his.opened().session
    for part in ("recent_touches", "recent_days", "contact_signs"):
        session.ensure_fact(part)
        assert session.fetch(f"SELECT DISTINCT account_id FROM {part}").fetchall() == [("A00001",)]


def test_the_application_asks_there(twins: Twins, connection: tuple[Engine, Connection]) -> None:
    """A question whose rows are not here says who has them; asked again there it is answered as by files."""
    schemas, one = sorted(connection[1].schemas()), {"kpi": "engagement_score", "period": SPAN}
    asked = {"kpis": "engagement_score", "by": "tier", "period": SPAN, "only_values": True}
    with client(twins.there) as there, client(twins.here) as here:
        refused(there, 400, "/explain", **one)
        for path, question in (("/query", asked), ("/rows", {**one, "limit": 5})):
            problem = refused(there, 400, path, **question)
            assert (problem["kind"], problem["engine"], problem["may_ask"]) == ("rows-elsewhere", "PostgreSQL", True)
            mine, far = get(here, path, **question), get(there, path, **question, on="warehouse")
            assert [far.get(name) for name in ("groups", "columns")] == [
                mine.get(name) for name in ("groups", "columns")
            ]
            assert far.get("rows") == mine.get("rows")
        assert far["rows"]
        head, page = get(there, "/accounts/A00018", period=SPAN), {"kinds": "touch,visit,usage,campaign", "limit": 500}
        assert head["apart"] == {"engine": "PostgreSQL", "may_ask": True}
        assert head["last_touch"] == get(here, "/accounts/A00018", period=SPAN)["last_touch"]
        told = get(there, "/accounts/A00018/timeline", **page, on="warehouse")
        assert told["older"] is None
        assert told["entries"] == get(here, "/accounts/A00018/timeline", **page)["entries"]
    assert sorted(connection[1].schemas()) == schemas


def test_nobody_asks_there_for_rows_he_may_not_see(twins: Twins) -> None:
    question = {"kpis": "engagement_score", "period": SPAN}
    with client(twins.there, seen=frozenset({"A00001"})) as his:
        problem = refused(his, 400, "/query", **question)
        assert not problem["may_ask"]
        assert "Ask somebody who sees every account" in problem["mend"]
        assert "some of the accounts only" in refused(his, 403, "/query", **question, on="warehouse")["detail"]


def test_a_question_asked_there_ends(twins: Twins) -> None:
    """After its time, and where the server cannot be reached: told, with what to change."""
    question = {"kpis": "engagement_score", "period": SPAN, "on": "warehouse"}
    with client(twins.there, warehouse_seconds=0.01) as hasty:
        assert refused(hasty, 422, "/query", **question)["kind"] == "too-long"
    kept = twins.there.folder / "secrets.env"
    secret = kept.read_text(encoding="utf-8")
    kept.write_text(f"{SECRET}=guessed\n", encoding="utf-8")
    try:
        with client(twins.there) as asking:
            problem = refused(asking, 400, "/query", **question)
    finally:
        kept.write_text(secret, encoding="utf-8")
    assert "refuses this user or password" in problem["detail"]
    assert problem["where"] == "accountlens.yaml, warehouse"


def test_a_statement_is_ended_where_it_runs(server: postgres.Server) -> None:
    with connected(server.url) as (_, running):
        clock = Timer(0.2, running.interrupt)
        clock.start()
        with pytest.raises(WarehouseError, match="ended the query"):
            running.arrow("SELECT pg_sleep(60)")
        clock.join()
        assert running.schemas()
