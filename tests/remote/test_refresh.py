"""A refresh with a warehouse gives what one with files gives; large tables stay there, and faults change nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests.remote.company import NOW, Twins, differing, fill, warehouse
from tests.remote.conftest import SECRET, address, attached
from tests.servers import postgres

from accountlens.engine.plan import FOUND
from accountlens.errors import AccountlensError
from accountlens.refresh.remote import facts
from accountlens.refresh.remote.facts import RemoteFacts, remote_facts
from accountlens.refresh.remote.place import Remote
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.faults import WarehouseError
from accountlens.warehouses.metered import Metered
from accountlens.warehouses.registry import connected
from accountlens.workspace import Workspace
from accountlens.workspace.remotely import remotely


def there(workspace: Workspace) -> dict[str, Any]:
    current = workspace.store.current()
    assert current is not None
    found: dict[str, Any] = current.info["remote"]
    return found


def test_every_kpi_is_the_same(twins: Twins) -> None:
    assert differing(twins, "tier", "2026-07..2026-09") == []
    few = ["engagement_score", "seat_adoption", "health_score", "website_visits", "win_rate"]
    assert differing(twins, "account_id", "2026-08..2026-09", few) == []
    of_accounts = twins.there.ask("engagement_score", by=["account_id"], period="2026-09").rows()
    assert "(unmatched)" in {row["by"]["account_id"] for row in of_accounts}  # rows of nobody, in the first part


def test_what_did_not_change_is_taken_over(twins: Twins) -> None:
    assert twins.last
    assert {"seat_users", "user_days"} <= {*twins.last.reused}  # made of usage events alone
    assert not {"engagements", "touches"} & {*twins.last.reused}
    current = twins.there.store.current()
    assert current is not None
    told = json.loads((twins.there.store.figures / current.id / "made.json").read_text(encoding="utf-8"))
    facts = {name.removeprefix(FOUND): one for name, one in told["facts"]["account_id"].items()}
    assert facts["user_days"]["taken_over"]
    partly = {name for name, one in facts.items() if 0 < one["taken_over"] < one["spans"]}
    assert partly & remote_facts(twins.there.catalog, {"activities"})


def test_figures_are_computed_once_and_come_home_some_accounts_at_a_time(
    twins: Twins, connection: tuple[Engine, Connection]
) -> None:
    for one in (twins.here, twins.there):
        current = one.store.current()
        assert current is not None
        folder = one.store.figures / current.id / "account_id"
        assert sorted(path.name for path in folder.iterdir()) == ["0", "1", "2"]
    schema = there(twins.there)["schema"]
    assert not [name for name in connection[1].tables(schema) if name.startswith((FOUND, "_coming"))]


def test_a_change_in_any_column_is_seen(server: postgres.Server) -> None:
    """Also in one that sources bring along; in which order the rows lie does not matter."""
    times = [NOW - timedelta(days=60), NOW]
    told = []
    with connected(server.url) as (engine, found):
        found.run("CREATE SCHEMA seen")
        found.use("seen")
        for own, order in ((["x", "y"], [0, 1]), (["x", "y"], [1, 0]), (["x", "z"], [0, 1])):
            found.load("seen", "rows_", pa.table({"at": times, "own": own}).take(order))
            remote = Remote(engine, found, "raw", "seen", "UTC")
            assert remote.finished("rows_", "at") == 2
            told.append(remote.prints["rows_"]["months"])
        found.run("DROP SCHEMA seen CASCADE")
    assert told[0] == told[1]
    assert told[0][0] == told[2][0]
    assert told[0][1] != told[2][1]


def test_what_became_of_the_rows_is_the_same(twins: Twins) -> None:
    here, there = (one.store.current() for one in (twins.here, twins.there))
    assert here is not None
    assert there is not None
    assert here.balance == there.balance
    assert there.balance["activities"].quarantined == 2
    assert there.balance["activities"].duplicates == 1
    assert here.info["unmatched"] == there.info["unmatched"]
    assert here.info["empty"] == there.info["empty"]
    assert here.info["latest"] == there.info["latest"]
    assert there.info["sources"]["warehouse"]["entities"] == here.info["sources"]["files"]["entities"]
    assert twins.there.ask("mrr", period="2026-08").fresh_as_of == NOW
    handshake = "'handshake' (1)"
    assert all(any(handshake in told for told in one.info["warnings"]) for one in (here, there))
    reasons = [sorted(one.quarantine()["reason"].to_pylist()) for one in (twins.here, twins.there)]
    assert reasons[0] == ["activity_id is missing", "occurred_at is missing"]
    assert reasons[1] == ["activity_id is missing", "occurred_at is missing or is no date"]


def test_columns_of_rows_that_stay_are_known(twins: Twins) -> None:
    columns = [dict(one.catalog.facts["activities"].columns) for one in (twins.here, twins.there)]
    assert columns[0] == columns[1]
    assert columns[1]["email"] == "VARCHAR"


def test_nothing_is_said_to_lack_that_stays_there(twins: Twins) -> None:
    told = [
        {str(problem) for problem in one.check() if "which no source gives" in problem.what}
        for one in (twins.here, twins.there)
    ]
    assert told[0] == told[1]


def test_rows_find_the_same_accounts(twins: Twins, connection: tuple[Engine, Connection]) -> None:
    schema = there(twins.there)["schema"]
    odd = "activity_id, account_id, account_id_given, contact_id, kind, email FROM {} WHERE activity_id LIKE 'odd%'"
    mine = twins.here.opened().session
    mine.table("activities")
    here = mine.fetch(f"SELECT {odd.format('activities')} ORDER BY activity_id").fetchall()
    found = connection[1].arrow(f'SELECT {odd.format(f"{schema}.activities")} ORDER BY activity_id COLLATE "C"')
    assert [tuple(row.values()) for row in found.to_pylist()] == here
    accounts = {row[0]: row[1] for row in here}
    assert accounts["odd6"] == "A00005"
    assert accounts["odd5"] is None
    assert accounts["odd8"] == accounts["odd9"] is not None


def test_answers_of_some_accounts_hold_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "AT_ONCE", 10)
    con = duckdb.connect()
    con.execute("CREATE TABLE accounts AS SELECT 'A' || i AS account_id FROM range(30) r(i)")
    con.execute(
        "CREATE TABLE deals AS SELECT account_id FROM accounts UNION ALL SELECT NULL UNION ALL SELECT 'of nobody'"
    )
    conditions = list(RemoteFacts(con, *[None] * 4)._parts(32))  # type: ignore[arg-type]
    held = [con.execute(f"SELECT COUNT(*) FROM deals WHERE {one}").fetchall()[0][0] for one in conditions]
    assert len(held) == 4
    assert sum(held) == 32
    assert max(held) <= 10
    assert list(RemoteFacts(con, *[None] * 4)._parts(10)) == ["TRUE"]  # type: ignore[arg-type]


def test_what_a_model_learns_from_does_not_come_home_again(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    question: dict[str, Any] = {"by": "tier", "period": "2026-07-03..2026-09-10"}
    asked = list[str]()
    with remotely(twins.there) as far:
        arrow = far.connection.arrow

        def listened(sql: str) -> pa.Table:
            asked.append(sql)
            return arrow(sql)

        monkeypatch.setattr(far.connection, "arrow", listened)
        found = far.ask("attribution_markov", **question).rows()
    mine = twins.here.ask("attribution_markov", **question).rows()
    assert asked
    assert not [sql for sql in asked if "journeys" in sql]
    assert [row["value"] for row in found] == pytest.approx([row["value"] for row in mine])


def test_few_bytes_come_home(twins: Twins, company: dict[str, pa.Table]) -> None:
    """What is large is a tenth of itself or less; and no table of a row for each event is in the store."""
    told, current = there(twins.there), twins.there.store.current()
    assert current is not None
    brought = {"activities", "usage_events", "engagements", "touches", "user_days", "emails"} & {*current.tables}
    assert not brought
    assert {"activities", "usage_events", "engagements"} <= {*told["tables"]}
    small = sum(rows.nbytes for name, rows in company.items() if name not in ("activities", "usage_events"))
    large = company["activities"].nbytes + company["usage_events"].nbytes
    assert told["home"] < small + large / 2


def test_rows_that_are_not_here_are_asked_for_there(twins: Twins) -> None:
    question = {"by": "tier", "period": "2026-05-03..2026-06-20"}
    with pytest.raises(AccountlensError, match="rows of engagements, which lie in the warehouse") as told:
        twins.there.ask("engagement_score", **question)  # type: ignore[arg-type]
    assert "--on warehouse" in str(told.value)
    assert twins.there.ask("mrr", **question).rows() == twins.here.ask("mrr", **question).rows()  # type: ignore[arg-type]
    with remotely(twins.there) as asked:
        found = asked.ask("engagement_score", **question).rows()  # type: ignore[arg-type]
        mine = twins.here.ask("engagement_score", **question).rows()  # type: ignore[arg-type]
        assert [row["by"] for row in found] == [row["by"] for row in mine]
        assert [row["value"] for row in found] == pytest.approx([row["value"] for row in mine])
        behind = asked.rows("engagement_score", period="2026-06", limit=7)
    assert behind == twins.here.rows("engagement_score", period="2026-06", limit=7)


def test_questions_leave_nothing_there(twins: Twins, connection: tuple[Engine, Connection]) -> None:
    before = connection[1].schemas()
    with remotely(twins.there) as asked:
        asked.ask("website_visits", period="2026-06")
        assert len(connection[1].schemas()) == len(before) + 1
    assert sorted(connection[1].schemas()) == sorted(before)


def test_the_next_refresh_keeps_the_tables_of_the_last(
    twins: Twins, connection: tuple[Engine, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that fails in the middle leaves what is published, and nothing of its own."""
    workspace, last, ours = twins.there, there(twins.there)["schema"], re.compile(r"accountlens_\d+_\d+_\w{8}")
    kept = [one for one in connection[1].schemas() if ours.fullmatch(one)]
    assert last in kept
    assert len(kept) == 2  # and that of the snapshot before
    failing = Metered.load

    def load(self: Metered, schema: str, table: str, rows: pa.Table) -> None:
        if table == "subscriptions":
            raise AccountlensError("The server's disk is full.")
        failing(self, schema, table, rows)

    monkeypatch.setattr(Metered, "load", load)
    with pytest.raises(AccountlensError, match="disk is full"):
        workspace.refresh(as_of=NOW)
    monkeypatch.undo()
    assert [one for one in connection[1].schemas() if ours.fullmatch(one)] == kept
    monkeypatch.setattr(Metered, "arrow", lost_after(40))
    with pytest.raises(AccountlensError, match="server ended the connection"):
        workspace.refresh(as_of=NOW)
    monkeypatch.undo()
    assert [one for one in connection[1].schemas() if ours.fullmatch(one)] == kept
    assert there(workspace)["schema"] == last
    assert workspace.ask("website_visits", period="2026-09").rows()[0]["value"] is not None


def lost_after(questions: int) -> Callable[[Metered, str], pa.Table]:
    """A server that goes while figures are made."""
    asked, arrow = count(), Metered.arrow

    def losing(self: Metered, sql: str) -> pa.Table:
        if next(asked) > questions:
            raise WarehouseError("The server ended the connection.")
        return arrow(self, sql)

    return losing


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        (["ALTER TABLE {0}.activities ALTER COLUMN occurred_at TYPE text"], "occurred_at is VARCHAR"),
        (["ALTER TABLE {0}.activities DROP COLUMN kind"], "must have a column 'kind'"),
        (["DROP SCHEMA {0} CASCADE"], "The schema '{0}' has no table"),
    ],
)
def test_wrong_tables_are_told(
    statements: list[str],
    what: str,
    tmp_path: Path,
    server: postgres.Server,
    connection: tuple[Engine, Connection],
    company: dict[str, pa.Table],
) -> None:
    raw = f"wrong_{len(connection[1].schemas())}"
    few = {name: company[name].slice(0, 50) for name in ("accounts", "activities")}
    fill(*connection, raw, few)
    for statement in statements:
        connection[1].run(statement.format(raw))
    workspace = attached(tmp_path / "wrong", server, raw)
    before = connection[1].schemas()
    with pytest.raises(AccountlensError, match=re.escape(what.format(raw))):
        workspace.refresh(as_of=NOW)
    assert sorted(connection[1].schemas()) == sorted(before)


def test_a_password_is_named_and_never_told(tmp_path: Path, server: postgres.Server) -> None:
    bare = warehouse(tmp_path / "bare", server.url, "raw")
    with pytest.raises(AccountlensError, match="The address holds a password"):
        bare.refresh(as_of=NOW)
    wrong = warehouse(tmp_path / "wrong", address(server), "raw")
    (wrong.folder / "secrets.env").write_text(f"{SECRET}=guessed\n", encoding="utf-8")
    with pytest.raises(AccountlensError, match="refuses this user or password") as told:
        wrong.refresh(as_of=NOW)
    assert "guessed" not in str(told.value)
    assert "accountlens.yaml, warehouse" in str(told.value)


def test_nobody_is_erased_by_halves(twins: Twins) -> None:
    contact = twins.here.opened().session
    contact.table("contacts")
    ((who,),) = contact.fetch("SELECT min(contact_id) FROM contacts").fetchall()
    with pytest.raises(AccountlensError, match="stay in the warehouse"):
        twins.there.erase(who)


@pytest.mark.parametrize("url", ["mysql://me@db.example/x", "snowflake://me@account/x"])
def test_an_engine_that_runs_nothing_is_told_with_the_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(AccountlensError) as told:
        warehouse(tmp_path / "other", url, "raw").refresh(as_of=NOW)
    assert told.value.where == "accountlens.yaml, warehouse"


def test_a_workspace_without_a_warehouse_says_so(twins: Twins) -> None:
    with pytest.raises(AccountlensError, match="no warehouse"), remotely(twins.here):
        pass
