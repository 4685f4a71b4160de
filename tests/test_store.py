"""The store's promises about tables, snapshots, quarantine and vacuum."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from accountlens.errors import AccountlensError
from accountlens.store import Balance, Snapshot, Store, TableVersion
from accountlens.store.parquet_files import ROW_GROUP_ROWS

AS_OF = datetime(2026, 7, 1)
EVENTS = """
    SELECT i AS id, TIMESTAMP '2026-01-01' + to_hours(6 * i) AS occurred_at,
        CAST(date_trunc('month', occurred_at) AS DATE) AS month, 'A' || i % 7 AS account_id
    FROM range(1000) t(i) ORDER BY month, account_id, occurred_at
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def arrow(sql: str) -> Any:
    with duckdb.connect() as connection:
        return connection.sql(sql).to_arrow_table()


def rows(store: Store, version: TableVersion) -> list[Any]:
    with duckdb.connect() as connection:
        return connection.sql(store.relation_sql(version)).fetchall()


def publish(store: Store, **tables: TableVersion) -> Snapshot:
    return store.publish(as_of=AS_OF, tables=tables, balance={}, settings_hash="s", info={})


def test_a_new_store_has_no_snapshot_and_making_it_touches_nothing(store: Store) -> None:
    assert store.current() is None
    assert store.snapshots() == []
    assert store.quarantine().num_rows == 0
    assert store.runs() == []
    assert not store.folder.exists()


def test_a_published_snapshot_comes_back_as_it_was(store: Store) -> None:
    version = store.write_table("accounts", arrow("SELECT 'A1' AS account_id, 2.5 AS fit"), run="r1")
    balance = Balance("accounts", taken_in=4, accepted=1, duplicates=2, quarantined=1)
    published = store.publish(
        as_of=datetime(2026, 7, 1, 2, tzinfo=timezone(timedelta(hours=2))),
        tables={"accounts": version},
        balance={"accounts": balance},
        settings_hash="ab12",
        info={"sources": ["crm"], "größe": None},
    )
    assert published.as_of == AS_OF  # UTC without zone
    assert published.id.startswith(f"{published.created_at:%Y-%m-%dT%H-%M-%S}-")
    assert Store(store.folder).current() == published
    assert rows(store, version) == [("A1", 2.5)]


def test_what_is_written_is_seen_only_after_publishing(store: Store) -> None:
    first = publish(store, numbers=store.write_table("numbers", arrow("SELECT 1 AS n"), run="r1"))
    second = store.write_table("numbers", arrow("SELECT 2 AS n"), run="r2")
    assert store.current() == first
    assert rows(store, first.tables["numbers"]) == [(1,)]
    publish(store, numbers=second)
    current = store.current()
    assert current is not None
    assert rows(store, current.tables["numbers"]) == [(2,)]
    assert rows(store, first.tables["numbers"]) == [(1,)]  # the old snapshot stays answerable


def test_snapshots_come_newest_first_and_their_ids_sort(store: Store) -> None:
    version = store.write_table("numbers", arrow("SELECT 1 AS n"), run="r1")
    published = [publish(store, numbers=version) for _ in range(3)]
    assert [one.id for one in store.snapshots()] == [one.id for one in reversed(published)]
    moments = [one.created_at for one in published]
    assert moments == sorted(set(moments))


def test_the_order_of_publishing_holds_when_the_clock_is_set_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(store)
    monkeypatch.setattr("accountlens.store.store.utc_now", lambda: first.created_at - timedelta(days=1))
    second = publish(store)
    assert store.current() == second
    assert second.created_at > first.created_at


def test_a_snapshot_is_found_by_a_prefix_and_a_wrong_one_is_told(store: Store) -> None:
    with pytest.raises(AccountlensError, match="nothing is published yet"):
        store.snapshot("2026")
    first = publish(store)
    assert store.snapshot(first.id) == store.snapshot(first.id[:-1]) == first
    second = publish(store)
    with pytest.raises(AccountlensError, match=f"begins 2 snapshots: {second.id}, {first.id}"):
        store.snapshot("20")
    wrong = first.id[:-6] + "xx-" + first.id[-4:]
    with pytest.raises(AccountlensError, match=rf"Did you mean '{first.id}'\? Known: {second.id}, {first.id}"):
        store.snapshot(wrong)


def test_lost_rows_are_not_published(store: Store) -> None:
    lossy = Balance("accounts", taken_in=10, accepted=7, duplicates=1, quarantined=1)
    assert not lossy.whole
    with pytest.raises(AccountlensError, match="10 rows taken in, but 7 accepted"):
        store.publish(as_of=AS_OF, tables={}, balance={"accounts": lossy}, settings_hash="", info={})
    assert store.current() is None


def test_a_version_whose_files_are_gone_is_not_published(store: Store) -> None:
    version = store.write_table("numbers", arrow("SELECT 1 AS n"), run="r1")
    (store.folder / version.files[0]).unlink()
    with pytest.raises(AccountlensError, match="misses 1 of its files"):
        publish(store, numbers=version)


def test_a_partitioned_table_has_files_of_one_month_each_and_every_column_in_them(store: Store) -> None:
    version = store.write_table("events", arrow(EVENTS), partition_by=["month"], run="r1")
    assert version.rows == 1000
    assert rows(store, version) == [tuple(row.values()) for row in arrow(EVENTS).to_pylist()]
    for file in version.files:
        months = pq.ParquetFile(store.folder / file).read().column("month").unique().to_pylist()
        assert [f"month={month}" for month in months] == [Path(file).parent.name]


def test_other_readers_of_delta_tables_see_the_same_rows(store: Store) -> None:
    store.write_table("events", arrow(EVENTS), partition_by=["month"], run="r7")
    table = DeltaTable(store.folder / "tables" / "events")
    assert table.to_pyarrow_table().sort_by("id").equals(arrow(EVENTS).sort_by("id"))
    months = sorted(partition["month"] for partition in table.partitions())
    assert [str(month) for month in months] == [f"2026-{month:02}-01" for month in range(1, 10)]
    assert table.history(1)[0]["run"] == "r7"


def test_rows_must_come_grouped_by_partition_and_nothing_is_left_of_those_that_do_not(store: Store) -> None:
    mixed = pa.table({"month": ["a", "b", "a"]})
    with pytest.raises(AccountlensError, match="month a come again after others"):
        store.write_table("events", mixed, partition_by=["month"], run="r1")
    with pytest.raises(AccountlensError, match="No column 'mnth' to partition by"):
        store.write_table("events", mixed, partition_by=["mnth"], run="r1")
    assert list(store.folder.rglob("*.parquet")) == []


def test_unknown_and_odd_partition_values_are_kept(store: Store) -> None:
    odd = pa.table({"list": [None, "a/b", "a_b", "../x", "é=1"], "n": [1, 2, 3, 4, 5]})
    version = store.write_table("members", odd, partition_by=["list"], run="r1")
    assert rows(store, version) == list(zip(*odd.to_pydict().values(), strict=True))
    delta = DeltaTable(store.folder / "tables" / "members").to_pyarrow_table()
    assert delta.sort_by("n").equals(odd)


def test_a_table_may_change_its_columns_and_its_partitions(store: Store) -> None:
    for sql, by in [
        ("SELECT 1 AS a", []),
        (EVENTS, ["month"]),
        ("SELECT 2 AS b, DATE '2026-01-01' AS day", ["day"]),
    ]:
        version = store.write_table("changing", arrow(sql), partition_by=by, run="r1")
        assert len(rows(store, version)) == version.rows
        assert DeltaTable(store.folder / "tables" / "changing").version() == version.version


def test_row_groups_are_even_however_the_batches_came(store: Store) -> None:
    wanted = 2 * ROW_GROUP_ROWS + 5
    table = pa.table({"n": pa.array(range(wanted))})
    version = store.write_table("numbers", table.to_reader(max_chunksize=7_777), run="r1")
    groups = pq.ParquetFile(store.folder / version.files[0]).metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [
        ROW_GROUP_ROWS,
        ROW_GROUP_ROWS,
        5,
    ]
    assert rows(store, version) == [(n,) for n in range(wanted)]


def test_a_fault_of_the_reader_is_told_as_it_is_and_leaves_nothing(store: Store) -> None:
    schema = pa.schema([("n", pa.int64())])

    def broken() -> Any:
        yield pa.record_batch([pa.array([1])], schema=schema)
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="the source broke"):
        store.write_table("numbers", pa.RecordBatchReader.from_batches(schema, broken()), run="r1")
    assert list(store.folder.rglob("*.parquet")) == []


@pytest.mark.parametrize("name", ["", "../up", "a b", "1st", "a/b"])
def test_a_name_that_is_no_plain_word_names_no_table(store: Store, name: str) -> None:
    with pytest.raises(AccountlensError, match="can't name a table"):
        store.write_table(name, pa.table({"a": [1]}), run="r1")


def test_quarantined_rows_stay_with_their_snapshot(store: Store) -> None:
    def rejected(reason: str) -> Any:
        content = '{"amount": "12,x"}'
        columns = {"content": [content], "reason": [reason], "table": ["orders"], "source": ["orders.csv"]}
        return pa.table(columns | {"row_number": pa.array([214], pa.int32())})

    first = publish(store, quarantine=store.quarantine_write("r1", rejected("amount is no number")))
    second = publish(store, quarantine=store.quarantine_write("r2", rejected("no id")))
    assert store.quarantine().column("reason").to_pylist() == ["no id"]
    assert store.quarantine(first.id).equals(store.quarantine(first))
    assert store.quarantine(first).to_pylist() == [
        {
            "table": "orders",
            "source": "orders.csv",
            "row_number": 214,
            "reason": "amount is no number",
            "content": '{"amount": "12,x"}',
        }
    ]
    assert store.quarantine(second).schema == store.quarantine(publish(store)).schema
    with pytest.raises(AccountlensError, match="lack the column source, row_number"):
        store.quarantine_write("r3", rejected("x").drop_columns(["source", "row_number"]))


def test_vacuum_keeps_the_newest_snapshots_and_exactly_their_files(store: Store) -> None:
    shared = store.write_table("shared", arrow(EVENTS), partition_by=["month"], run="r0")
    old = store.write_table("gone", arrow("SELECT 0 AS n"), run="r0")
    snapshots = [publish(store, shared=shared, gone=old)]
    for n in range(3):
        numbers = store.write_table("numbers", arrow(f"SELECT {n} AS n"), run="r")
        snapshots.append(publish(store, shared=shared, numbers=numbers))
    unpublished = store.write_table("numbers", arrow("SELECT 9 AS n"), run="r9")
    (store.folder / "tables" / "numbers" / "left_by_a_kill.parquet").write_bytes(b"PAR1")

    removed = store.vacuum(keep=2)

    assert removed.snapshots == (snapshots[1].id, snapshots[0].id)
    assert removed.files == 3  # of the table gone, of numbers 0, and what the kill left
    assert [one.id for one in store.snapshots()] == [snapshots[3].id, snapshots[2].id]
    for one in store.snapshots():
        assert [len(rows(store, version)) for version in one.tables.values()] == [1000, 1]
    assert not (store.folder / "tables" / "gone").exists()
    assert rows(store, unpublished) == [(9,)]  # what the Delta table itself shows is never broken
    assert store.vacuum(keep=2).files == 0
    with pytest.raises(AccountlensError, match="Keep at least one"):
        store.vacuum(keep=0)


def test_runs_are_noted_with_their_end(store: Store) -> None:
    first, second = store.start_run(), store.start_run()
    store.end_run(first, "failed", "opportunities.csv row 214: no date")
    newest, oldest = store.runs()
    assert (newest.id, newest.status, newest.ended_at) == (second, "running", None)
    assert (oldest.id, oldest.status, oldest.message) == (
        first,
        "failed",
        "opportunities.csv row 214: no date",
    )
    assert oldest.ended_at is not None
    assert abs(datetime.now(UTC).replace(tzinfo=None) - oldest.ended_at) < timedelta(minutes=1)
    with pytest.raises(AccountlensError, match="No run 'x'"):
        store.end_run("x", "done")
