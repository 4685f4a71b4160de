"""A refresh publishes all or nothing, the same each time, and only what has a source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.refreshing import NOW, Place, catalog_of, fact

import accountlens.refresh.run as module
from accountlens.catalog.settings import Settings
from accountlens.errors import AccountlensError, ProblemsError

FILES = {
    "accounts": "account_id,name,tier\na1,Acme,A\na2,Bolt,B\n",
    "contacts": "contact_id,account_id\nc1,a1\n",
    "orders": "order_id,account_id,ordered_at,amount\no1,a1,2024-03-01,5\no2,gone,2024-02-01,7\no3,a1,2030-01-01,9\n"
    "o3,a1,2030-01-01,9\no4,a1,soon,1\n",
    "activities": "activity_id,occurred_at,kind,account_id\n"
    "x3,2024-02-03,call,a2\nx1,2024-02-05,call,a1\nx4,2024-01-31,call,a2\nx2,2024-02-05,call,a1\n",
}
FACTS = [
    fact("sales", "SELECT order_id, account_id, amount, ordered_at FROM orders WHERE amount > $least", ("orders",),
         primary=("orders",), parameters={"least": 5}, key=("order_id",)),
    fact("seen_sales", "SELECT * FROM sales WHERE ordered_at < $as_of", ("sales",), primary=("orders",), stored=False),
    fact("all_sales", "SELECT count(*) AS rows FROM seen_sales JOIN accounts USING (account_id) LEFT JOIN tickets "
         "USING (account_id)", ("seen_sales", "accounts", "tickets"), primary=("orders", "tickets"),
         columns={"rows": "BIGINT"}),
    fact("answered", "SELECT * FROM tickets", ("tickets",), primary=("tickets",), columns={"ticket_id": "VARCHAR"}),
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, *FACTS).write(**FILES)


def test_a_refresh_publishes_entities_facts_and_the_quarantine(place: Place) -> None:
    report = place.refresh()
    snapshot = place.store.current()
    assert snapshot is not None
    assert report.snapshot == snapshot.id
    assert set(snapshot.tables) == {
        "accounts", "contacts", "orders", "activities", "account_attributes", "account_attributes_seen", "sales",
        "all_sales", "quarantine", "account_matches", "account_merges", "match_candidates",
    }  # fmt: skip
    assert snapshot.as_of == NOW
    assert snapshot.balance == report.balance
    orders = report.balance["orders"]
    assert (orders.taken_in, orders.accepted, orders.duplicates, orders.quarantined) == (5, 3, 1, 1)
    assert report.unmatched == {"contacts": 0, "orders": 1, "activities": 0}
    kept = place.store.quarantine().to_pylist()
    assert [(row["table"], row["source"], row["row_number"]) for row in kept] == [("orders", "crm/orders.csv", 5)]
    assert [run.status for run in place.store.runs()] == ["done"]


def test_entities_without_a_source_are_unknown_and_those_without_rows_are_empty(place: Place) -> None:
    place.write(tickets="ticket_id,created_at\n").refresh()
    snapshot = place.store.current()
    assert snapshot is not None
    assert "leads" not in snapshot.tables
    assert place.rows("tickets") == []
    assert snapshot.balance["tickets"].taken_in == 0


def test_facts_are_made_where_any_of_their_primary_entities_is_there(place: Place) -> None:
    place.refresh()
    assert sorted(place.rows("sales", "order_id, amount")) == [("o2", 7), ("o3", 9)]
    assert place.rows("all_sales") == [(0,)]  # o2 has no account, o3 is not seen yet, tickets are read as empty
    snapshot = place.store.current()
    assert snapshot is not None
    assert snapshot.info["facts"] == {name: place.catalog.digest(name) for name in ("sales", "all_sales")}


def test_events_lie_by_month_account_and_time(place: Place) -> None:
    place.refresh()
    assert [row[0] for row in place.rows("activities", "activity_id")] == ["x4", "x1", "x2", "x3"]


def test_the_snapshot_says_what_a_reader_must_know(place: Place) -> None:
    place.refresh()
    snapshot = place.store.current()
    assert snapshot is not None
    assert snapshot.info["latest"] == "2024-03-01T00:00:00"  # the order of 2030 has not happened yet
    assert snapshot.info["unmatched"]["orders"] == 1
    assert snapshot.info["warnings"] == [str(problem) for problem in place.refresh().warnings]


def test_two_refreshes_of_the_same_data_are_the_same(place: Place) -> None:
    def state() -> dict[str, Any]:
        place.refresh()
        snapshot = place.store.current()
        assert snapshot is not None
        return {name: place.rows(name) for name in snapshot.tables} | {"hash": snapshot.settings_hash}

    assert state() == state()


def test_the_settings_hash_follows_settings_and_mappings(place: Place) -> None:
    def found() -> str:
        place.refresh()
        snapshot = place.store.current()
        assert snapshot is not None
        return snapshot.settings_hash

    first = found()
    place.settings = place.settings.model_copy(update={"currency": "EUR"})
    second = found()
    (place.folder / "entities").mkdir()
    (place.folder / "entities" / "contacts.sql").write_text("SELECT * FROM crm.contacts")
    assert len({first, second, found()}) == 3


def test_rows_that_are_gone_from_the_source_are_gone_from_the_next_snapshot(place: Place) -> None:
    place.refresh()
    place.write(orders="order_id,account_id,ordered_at,amount\no9,a1,2024-03-01,5\n").refresh()
    assert [row[0] for row in place.rows("orders", "order_id")] == ["o9"]


def break_mapping(place: Place) -> None:
    place.write(accounts="id,name\n1,x\n")


def break_fact(place: Place) -> None:
    place.catalog = catalog_of(*FACTS, fact("bad", "SELECT nothing FROM orders", ("orders",), primary=("orders",)))


def fail_on_a_row(place: Place) -> None:
    sql = "SELECT CAST(order_id AS INT) AS n FROM orders"
    place.catalog = catalog_of(*FACTS, fact("bad", sql, ("orders",), primary=("orders",)))


def overflow(place: Place) -> None:
    sql = "SELECT CAST(amount AS BIGINT) * 9223372036854775807 AS n FROM orders"
    place.catalog = catalog_of(*FACTS, fact("bad", sql, ("orders",), primary=("orders",)))


def lose_the_folder(place: Place) -> None:
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "nowhere"}}})


def have_no_source(place: Place) -> None:
    place.settings = Settings()


def feed_nothing(place: Place) -> None:
    for path in (place.folder / "data").iterdir():
        path.rename(path.with_stem(f"x_{path.stem}"))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (break_mapping, "accounts must have a column 'account_id'"),
        (break_fact, "facts/bad.sql: The fact 'bad' cannot be computed: Binder Error"),
        (fail_on_a_row, "facts/bad.sql: The fact 'bad' cannot be computed: Conversion Error"),
        (overflow, "facts/bad.sql: The fact 'bad' cannot be computed: Out of Range Error"),
        (lose_the_folder, "There is no file or folder 'nowhere'"),
        (have_no_source, "There is no source to read"),
        (feed_nothing, "No table of the sources is one of an entity. There is crm.x_accounts"),
    ],
)
def test_on_a_fault_nothing_is_published_and_the_last_snapshot_stays(
    place: Place, harm: Callable[[Place], None], told: str
) -> None:
    before = place.refresh().snapshot
    harm(place)
    with pytest.raises((AccountlensError, ProblemsError)) as caught:
        place.refresh()
    assert told in str(caught.value)
    current = place.store.current()
    assert current is not None
    assert current.id == before
    assert [run.status for run in place.store.runs()] == ["failed", "done"]
    assert [row[0] for row in place.rows("accounts", "name")] == ["Acme", "Bolt"]


def test_after_a_fault_the_next_refresh_works_and_scratch_space_is_left_empty(place: Place) -> None:
    break_fact(place)
    with pytest.raises(AccountlensError):
        place.refresh()
    place.catalog = catalog_of(*FACTS)
    place.refresh()
    assert list(place.store.tmp.iterdir()) == []


def test_a_full_memory_is_told_as_one_clear_error(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: Any) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: no space left on device")

    monkeypatch.setattr(module, "derive", burst)
    with pytest.raises(AccountlensError, match="Cannot refresh: Out of Memory Error"):
        place.refresh()


def test_progress_is_told_with_steps_that_add_up(place: Place) -> None:
    told: list[tuple[str, int, int]] = []
    place.refresh(progress=lambda what, done, total: told.append((what, done, total)))
    assert [what for what, _, _ in told if what.startswith("checking")] == [
        "checking accounts", "checking contacts", "checking activities", "checking orders",
    ]  # fmt: skip
    assert [what for what, _, _ in told if what.startswith("deriving")] == [
        "deriving sales", "deriving seen_sales", "deriving all_sales",
    ]  # fmt: skip
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1][0] == "publishing"


def test_a_source_of_any_size_gives_the_same_tables(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large tables are not copied into the connection: another path for the same rows."""
    place.refresh()
    small = {name: place.rows(name) for name in ("orders", "activities", "accounts")}
    monkeypatch.setattr("accountlens.sources.staging.LARGE_ROWS", 0)
    place.refresh()
    assert {name: place.rows(name) for name in small} == small
