"""Tables by month: a change rewrites the months it names, from the published version, and no others."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from accountlens.store import Store, TableVersion
from accountlens.store.month_files import MONTH, by_month, month_of

ROWS = [(date(2024, month, 1), f"a{n}", n) for month in (1, 2, 3) for n in range(month, month + 4)]


def table(rows: list[tuple[date, str, int]]) -> pa.Table:
    months, names, numbers = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table({MONTH: pa.array(months, pa.date32()), "name": pa.array(names, pa.string()),
                     "n": pa.array(numbers, pa.int64())})  # fmt: skip


def rows_of(store: Store, version: TableVersion) -> list[tuple[str, int]]:
    with duckdb.connect() as con:
        found = con.execute(store.relation_sql(version)).fetchall()
    assert len(found) == version.rows
    return found


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def before(store: Store) -> TableVersion:
    version = store.write_months("events", table(ROWS), run="one", least_rows=10)
    store.publish(as_of=datetime(2024, 4, 1), tables={"events": version}, balance={}, settings_hash="", info={})
    return version


def test_a_large_table_lies_by_month_and_its_month_is_no_column_of_it(store: Store, before: TableVersion) -> None:
    assert [month_of(file) for file in before.files] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert before.columns == (("name", "VARCHAR"), ("n", "BIGINT"))
    assert rows_of(store, before) == [(name, n) for _, name, n in ROWS]


def test_a_small_table_is_one_file(store: Store) -> None:
    version = store.write_months("events", table(ROWS), run="one", least_rows=13)
    assert not by_month(version)
    assert len(version.files) == 1
    assert rows_of(store, version) == [(name, n) for _, name, n in ROWS]
    assert rows_of(store, store.write_months("none", table([]), run="one", least_rows=13)) == []


def test_months_that_are_not_named_keep_their_files(store: Store, before: TableVersion) -> None:
    new = [(date(2024, 2, 1), "x", 7), (date(2024, 5, 1), "y", 8)]
    after = store.rewrite_months(before, table(new), {"2024-02-01", "2024-05-01"}, run="two")
    assert set(after.files) & set(before.files) == {before.files[0], before.files[2]}
    expected = [(name, n) for month, name, n in (*ROWS, *new) if month.month != 2 or name == "x"]
    assert sorted(rows_of(store, after)) == sorted(expected)
    assert sorted(rows_of(store, before)) == sorted((name, n) for _, name, n in ROWS)
    assert {Path(path).name for path in DeltaTable(store.folder / "tables/events").file_uris()} == {
        Path(file).name for file in after.files
    }


def test_a_month_may_lose_all_its_rows(store: Store, before: TableVersion) -> None:
    after = store.rewrite_months(before, table([]), {"2024-01-01"}, run="two")
    assert rows_of(store, after) == [(name, n) for month, name, n in ROWS if month.month > 1]


def test_what_a_killed_refresh_left_in_the_table_is_not_built_upon(store: Store, before: TableVersion) -> None:
    store.rewrite_months(before, table([(date(2024, 1, 1), "lost", 0)]), {"2024-01-01"}, run="killed")
    after = store.rewrite_months(before, table([(date(2024, 3, 1), "x", 7)]), {"2024-03-01"}, run="next")
    assert sorted(rows_of(store, after)) == sorted(
        [*((name, n) for month, name, n in ROWS if month.month < 3), ("x", 7)]
    )
    assert {Path(path).name for path in DeltaTable(store.folder / "tables/events").file_uris()} == {
        Path(file).name for file in after.files
    }


def test_vacuum_keeps_what_the_newest_snapshot_shares_with_older_ones(store: Store, before: TableVersion) -> None:
    after = store.rewrite_months(before, table([(date(2024, 3, 1), "x", 7)]), {"2024-03-01"}, run="two")
    store.publish(as_of=datetime(2024, 4, 2), tables={"events": after}, balance={}, settings_hash="", info={})
    store.vacuum(keep=1)
    assert len(rows_of(store, after)) == 9
    assert not (store.folder / before.files[2]).exists()
