"""Delta Lake tables: a stream becomes one new version; files that nobody names any more are swept."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from accountlens.errors import AccountlensError
from accountlens.store.column_types import duckdb_columns, kept_schema
from accountlens.store.faults import telling
from accountlens.store.parquet_files import DataFile, to_disk, write_files
from accountlens.store.snapshots import TableVersion

_LOG = "_delta_log"


def write_version(folder: Path, data: Any, partition_by: list[str], run: str) -> TableVersion:
    """Replace a table's rows by those of an Arrow stream; memory doesn't grow with their number."""
    reader = pa.RecordBatchReader.from_stream(data)
    schema = kept_schema(reader.schema, folder.name)
    check_table(folder, schema, partition_by)
    files = write_files(folder, cast(reader, schema), schema, partition_by)
    with telling(f"write table '{folder.name}'", folder, DeltaError):
        version = commit(folder, files, schema, partition_by, run)
    return TableVersion(
        table=folder.name,
        version=version,
        rows=sum(file.rows for file in files),
        files=tuple(f"{folder.parent.name}/{folder.name}/{file.path}" for file in files),
        columns=duckdb_columns(schema),
    )


def check_table(folder: Path, schema: pa.Schema, partition_by: list[str]) -> None:
    """Refuse what a Delta table can't be made of."""
    unknown = [column for column in partition_by if column not in schema.names]
    if unknown:
        raise AccountlensError(f"No column '{unknown[0]}' to partition by.", where=f"table '{folder.name}'")
    if unquote(str(folder)) != str(folder):
        raise AccountlensError(
            "Delta tables can't be kept under a folder whose name holds '%' and two hexadecimal digits.",
            where=str(folder),
            mend="Rename the folder.",
        )


def cast(reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Batches with the types that are kept."""
    same = reader.schema.equals(schema)
    for batch in reader:
        yield batch if same else batch.cast(schema, safe=False)  # unsafe: nanoseconds lose digits silently


def commit(folder: Path, files: list[DataFile], schema: pa.Schema, by: list[str], run: str) -> int:
    """One new version of the Delta table that holds these files and no others."""
    now_ms = int(time.time() * 1000)
    actions = [
        AddAction(
            path=file.path,
            size=file.size_bytes,
            partition_values=dict(zip(by, file.partition, strict=True)),
            modification_time=now_ms,
            data_change=True,
            stats=json.dumps({"numRecords": file.rows}),
        )
        for file in files
    ]
    folder.mkdir(parents=True, exist_ok=True)
    create_table_with_add_actions(
        str(folder),
        Schema.from_arrow(schema),
        actions,
        mode="overwrite",
        partition_by=by,
        commit_properties=CommitProperties(custom_metadata={"run": run}),
    )
    version = DeltaTable(folder).version()
    to_disk(folder / _LOG / f"{version:020}.json")
    return version


def sweep(tables: Path, kept_files: Collection[str], *, delete: bool = True) -> tuple[int, int]:
    """Delete (or only count) files that neither `kept_files` nor a newest version names: how many, their bytes."""
    count = size_bytes = 0
    for folder in sorted(path for path in tables.iterdir() if path.is_dir()):
        inside = f"{tables.name}/{folder.name}/"
        kept = {file.removeprefix(inside) for file in kept_files if file.startswith(inside)}
        if kept:
            kept.update(_newest_files(folder))
        for file in sorted(folder.rglob("*.parquet")):
            relative = file.relative_to(folder)
            if relative.parts[0] != _LOG and relative.as_posix() not in kept:
                count, size_bytes = count + 1, size_bytes + file.stat().st_size
                if delete:
                    file.unlink()
        if delete:
            _tidy(folder, gone=not kept)
    return count, size_bytes


def _newest_files(folder: Path) -> list[str]:
    """What other readers of the Delta table see just now, also if it was never published."""
    actions = pa.table(DeltaTable(folder).get_add_actions(flatten=True))
    return list(actions.column("path").to_pylist())


def _tidy(folder: Path, gone: bool) -> None:
    """Remove the folders left empty; of a table that no snapshot has any more, everything."""
    if gone:
        shutil.rmtree(folder)
        return
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and path.name != _LOG):
        if not any(place.rglob("*.parquet")):
            shutil.rmtree(place)
