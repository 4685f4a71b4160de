"""Large tables lie in files by month, so that a change rewrites the months it touches and no others."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from accountlens.store.column_types import duckdb_columns, kept_schema
from accountlens.store.delta_tables import cast, check_table, commit
from accountlens.store.faults import telling
from accountlens.store.month_files import MONTH, month_of
from accountlens.store.parquet_files import DataFile, to_disk, write_files
from accountlens.store.snapshots import TableVersion


def write_months(folder: Path, data: Any, run: str, least_rows: int) -> TableVersion:
    """Replace a table's rows by those of a stream that begins with MONTH and comes ordered by it.

    A table of fewer than `least_rows` is one file.
    """
    reader = pa.RecordBatchReader.from_stream(data)
    schema = kept_schema(reader.schema, folder.name)
    check_table(folder, schema, [MONTH])
    begun, rows, batches = list[pa.RecordBatch](), 0, cast(reader, schema)
    for batch in batches:
        begun.append(batch)
        rows += batch.num_rows
        if rows >= least_rows:
            break
    by = [MONTH] if rows >= least_rows else []
    bare = pa.schema([field for field in schema if field.name != MONTH])
    files = write_files(folder, _read_on(begun, batches, None if by else bare.names), schema if by else bare, by)
    with telling(f"write table '{folder.name}'", folder, DeltaError):
        version = commit(folder, files, schema if by else bare, by, run)
    return _version(folder, version, bare, [file.path for file in files], sum(file.rows for file in files))


def rewrite_months(root: Path, before: TableVersion, data: Any, months: Collection[str], run: str) -> TableVersion:
    """The version with other rows in some months: the stream holds all rows of these, ordered by MONTH.

    It starts from the files of `before`, whatever a refresh that was never published has left in the Delta table.
    """
    folder = root / "tables" / before.table
    gone = [file for file in before.files if month_of(file) in months]
    lost = sum(pq.read_metadata(root / file).num_rows for file in gone)
    reader = pa.RecordBatchReader.from_stream(data)
    schema = kept_schema(reader.schema, folder.name)
    files = write_files(folder, cast(reader, schema), schema, [MONTH])
    with telling(f"write table '{folder.name}'", folder, DeltaError):
        version = _exchange(folder, before.version, files, schema, months, run)
    inside = f"tables/{before.table}/"
    kept = [file.removeprefix(inside) for file in before.files if file not in set(gone)]
    bare = pa.schema([field for field in schema if field.name != MONTH])
    rows = before.rows - lost + sum(file.rows for file in files)
    return _version(folder, version, bare, sorted([*kept, *(file.path for file in files)], key=_place), rows)


def _place(path: str) -> str:
    return path.partition("/")[0]


def _read_on(
    begun: list[pa.RecordBatch], batches: Iterator[pa.RecordBatch], names: list[str] | None
) -> Iterator[pa.RecordBatch]:
    for batch in chain(begun, batches):
        yield batch.select(names) if names is not None else batch


def _exchange(
    folder: Path, published: int, files: list[DataFile], schema: pa.Schema, months: Collection[str], run: str
) -> int:
    """One new version of the Delta table, with these files in the place of all others of the same months."""
    table = DeltaTable(folder)
    if table.version() != published:
        table.restore(published)
    now_ms = int(time.time() * 1000)
    actions: list[Any] = [
        AddAction(
            path=file.path,
            size=file.size_bytes,
            partition_values={MONTH: file.partition[0]},
            modification_time=now_ms,
            data_change=True,
            stats=json.dumps({"numRecords": file.rows}),
        )
        for file in files
    ]
    table.create_write_transaction(
        actions,
        "overwrite",
        Schema.from_arrow(schema),
        partition_by=[MONTH],
        partition_filters=[(MONTH, "in", sorted(months))],
        commit_properties=CommitProperties(custom_metadata={"run": run}),
    )
    version: int = DeltaTable(folder).version()
    to_disk(folder / "_delta_log" / f"{version:020}.json")
    return version


def _version(folder: Path, version: int, schema: pa.Schema, paths: list[str], rows: int) -> TableVersion:
    inside = f"{folder.parent.name}/{folder.name}"
    return TableVersion(folder.name, version, rows, tuple(f"{inside}/{path}" for path in paths), duckdb_columns(schema))
