"""Every column comes back from the store as it went in, with rows and without, wherever the folder lies."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from accountlens.errors import AccountlensError
from accountlens.store import Store
from accountlens.store.parquet_files import ROW_GROUP_ROWS

SAME = {
    "occurred_at": "TIMESTAMP '2024-02-29 23:59:59.123456'",
    "before_1970": "TIMESTAMP '1969-12-31 23:59:59.999999'",
    "day": "DATE '2024-02-29'",
    "amount": "CAST(0.1 AS DOUBLE)",
    "count": "CAST(9007199254740993 AS BIGINT)",
    "seats": "CAST(-7 AS INTEGER)",
    "is_bot": "true",
    "name": "'Łódź, \"quoted\"' || chr(10) || '🙂'",
    "empty": "''",
    "money": "CAST(12345678901234.5678 AS DECIMAL(18, 4))",
    'Deal Size (EUR), % & "x"': "CAST(1.5 AS DOUBLE)",
    "zoned": "TIMESTAMPTZ '2024-01-01 10:00:00+02'",
    "bytes": "CAST('ab' AS BLOB)",
    "list": "[1, 2]",
}
CHANGED = {  # what goes in: what it is kept as
    "CAST('a' AS ENUM ('a', 'b'))": "VARCHAR",
    "CAST('{}' AS JSON)": "VARCHAR",
    "CAST(200 AS UTINYINT)": "SMALLINT",
    "CAST(18446744073709551615 AS UBIGINT)": "DECIMAL(20,0)",
    "CAST(5 AS HUGEINT)": "DECIMAL(38,0)",
    "CAST('2024-01-01 00:00:00.123456' AS TIMESTAMP_NS)": "TIMESTAMP",
}
ODD_FOLDERS = ["acme [test]", "a * b?", "account_id=5", "it's", "größe & co", "100% sure", "{a,b}"]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def select(columns: dict[str, str], values: str = "{}") -> str:
    return "SELECT " + ", ".join(f"{values.format(value)} AS {quoted(name)}" for name, value in columns.items())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def con() -> Any:
    with duckdb.connect() as connection:
        yield connection


def shape(relation: Any) -> tuple[tuple[str, str], ...]:
    return tuple(zip(relation.columns, map(str, relation.types), strict=True))


@pytest.mark.parametrize("rows", ["one row", "a row of unknowns", "no rows"])
def test_columns_order_types_and_values_come_back(store: Store, con: Any, rows: str) -> None:
    sql = {
        "one row": select(SAME),
        "a row of unknowns": select(SAME, "CASE WHEN random() < 0 THEN {} END"),
        "no rows": select(SAME) + " WHERE false",
    }[rows]
    version = store.write_table("kinds", con.sql(sql).to_arrow_reader(), run="r1")
    back = con.sql(store.relation_sql(version))
    assert shape(back) == version.columns == shape(con.sql(sql))
    assert back.to_arrow_table().equals(con.sql(sql).to_arrow_table())


def test_times_without_zone_stay_without_zone_in_delta(store: Store, con: Any) -> None:
    store.write_table("kinds", con.sql(select(SAME)).to_arrow_reader(), run="r1")
    fields = {field.name: str(field.type) for field in DeltaTable(store.folder / "tables/kinds").schema().fields}
    assert "timestamp_ntz" in fields["occurred_at"]
    assert "timestamp_ntz" not in fields["zoned"]


@pytest.mark.parametrize(("given", "kept"), CHANGED.items())
def test_types_that_delta_does_not_know_become_ones_it_does(store: Store, con: Any, given: str, kept: str) -> None:
    for where in ("", " WHERE false"):
        sql = f"SELECT {given} AS x{where}"
        version = store.write_table("kinds", con.sql(sql).to_arrow_reader(), run="r1")
        back = con.sql(store.relation_sql(version))
        assert version.columns == shape(back) == (("x", kept),)
        assert back.fetchall() == con.sql(f"SELECT CAST(x AS {kept}) FROM ({sql})").fetchall()


def test_a_column_of_nothing_but_unknowns_is_kept_as_text(store: Store, con: Any) -> None:
    version = store.write_table("kinds", pa.table({"x": pa.nulls(3)}), run="r1")
    assert version.columns == shape(con.sql(store.relation_sql(version))) == (("x", "VARCHAR"),)


@pytest.mark.parametrize("value", ["TIME '10:00'", "INTERVAL 1 DAY"])
def test_a_type_that_cannot_be_kept_is_told_with_its_column(store: Store, con: Any, value: str) -> None:
    with pytest.raises(AccountlensError, match="table 'kinds': Column 'odd' has the type"):
        store.write_table("kinds", con.sql(f"SELECT {value} AS odd").to_arrow_reader(), run="r1")


def test_two_columns_of_one_name_are_told(store: Store) -> None:
    with pytest.raises(AccountlensError, match="Columns with one name: Name, name"):
        store.write_table("kinds", pa.table({"Name": [1], "name": [2]}), run="r1")


@pytest.mark.parametrize("folder", ODD_FOLDERS)
def test_a_folder_of_any_name_gives_its_own_rows(tmp_path: Path, con: Any, folder: str) -> None:
    """To DuckDB a name can be a pattern or a partition: no neighbour's rows, no made-up values may come."""
    store = Store(tmp_path / folder / "store")
    table = pa.table({"month": ["2026-01", "2026-02"], "account_id": ["A1", "A2"]})
    version = store.write_table("accounts", table, partition_by=["month"], run="r1")
    for neighbour in ["acme t", "a xx by", "a"]:  # what the patterns would find
        for file in version.files:
            other = tmp_path / neighbour / "store" / file
            other.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table({"month": ["2000-01"], "account_id": [neighbour]}), other)
    back = con.sql(store.relation_sql(version))
    assert shape(back) == version.columns
    assert back.fetchall() == [("2026-01", "A1"), ("2026-02", "A2")]


def test_a_folder_that_delta_would_take_for_another_is_told(tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match="Rename the folder"):
        Store(tmp_path / "a%20b").write_table("accounts", pa.table({"a": [1]}), run="r1")


def test_ids_lie_without_a_dictionary_and_unknown_ones_are_found(store: Store, con: Any) -> None:
    """DuckDB 2.0 reads no NULLs in a group of rows whose texts are all one, by its statistics, and have no dictionary."""
    rows = f"SELECT 'm' || range AS id, 'call' AS kind FROM range({ROW_GROUP_ROWS}) UNION ALL VALUES ('z', 'x'), (NULL, 'x')"
    version = store.write_table("events", con.sql(rows).to_arrow_reader(), run="one")
    groups = pq.ParquetFile(store.folder / version.files[0]).metadata
    assert [groups.row_group(0).column(place).has_dictionary_page for place in (0, 1)] == [False, True]
    reading = store.relation_sql(version)
    assert con.execute(f"SELECT * FROM ({reading}) WHERE id IS NULL").fetchall() == [(None, "x")]
