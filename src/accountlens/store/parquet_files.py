"""A stream of batches cut into Parquet files: one partition open at a time, so memory stays bounded."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling

ROW_GROUP_ROWS = 32_768  # an account inside a sorted month is one group or two
COMPRESSION = "zstd"  # docs/decisions/0002-store.md has the measurement
SAMPLE_ROWS = 10_000  # that tell in which columns values repeat; of fewer rows nothing is told
LEAST_REPEATED = 3  # rows of a value, on average, from which on a dictionary of the values pays

Partition = tuple[str | None, ...]


@dataclass(frozen=True)
class DataFile:
    """One finished file; the path is relative to its table's folder."""

    path: str
    rows: int
    size_bytes: int
    partition: Partition  # values as text, in the order of the partition columns


def write_files(folder: Path, batches: Iterator[pa.RecordBatch], schema: pa.Schema, by: list[str]) -> list[DataFile]:
    """Write every batch; rows must come grouped by partition. After a fault none of the files is left."""
    cutter = _Cutter(folder, schema, by)
    try:
        for batch in batches:
            with telling(f"write table '{folder.name}'", folder, pa.ArrowException):
                cutter.take(batch)
        with telling(f"write table '{folder.name}'", folder, pa.ArrowException):
            cutter.close()
    except BaseException:
        cutter.discard()
        raise
    return cutter.done


class _Cutter:
    """Keeps one file open, and of it at most one row group's rows in hand."""

    def __init__(self, folder: Path, schema: pa.Schema, by: list[str]) -> None:
        self._folder, self._schema, self._by = folder, schema, by
        self._writer: pq.ParquetWriter | None = None
        self._path = folder
        self._partition: Partition = ()
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = self._rows = 0
        self._seen: set[Partition] = set()
        self.done: list[DataFile] = []

    def take(self, batch: pa.RecordBatch) -> None:
        for partition, part in _parts(batch, self._by):
            if self._writer is None or partition != self._partition:
                self.close()
                self._open(partition, part)
            self._pending.append(part)
            self._pending_rows += part.num_rows
            if self._pending_rows >= ROW_GROUP_ROWS:
                self._flush(self._pending_rows - self._pending_rows % ROW_GROUP_ROWS)

    def _open(self, partition: Partition, first: pa.RecordBatch) -> None:
        if partition in self._seen:
            shown = ", ".join(f"{column} {value}" for column, value in zip(self._by, partition, strict=True))
            raise AccountlensError(
                f"Rows of {shown} come again after others.",
                where=f"table '{self._folder.name}'",
                mend=f"Write them ordered by {', '.join(self._by)}.",
            )
        self._seen.add(partition)
        self._partition, self._rows = partition, 0
        place = self._folder.joinpath(*map(_folder_name, self._by, partition))
        place.mkdir(parents=True, exist_ok=True)
        self._path = place / f"{uuid4().hex}.parquet"
        self._writer = _writer(self._path, self._schema, first)

    def _flush(self, rows: int) -> None:
        assert self._writer is not None
        table = pa.Table.from_batches(self._pending)
        self._writer.write_table(table.slice(0, rows), row_group_size=ROW_GROUP_ROWS)
        self._pending = table.slice(rows).to_batches()
        self._pending_rows -= rows
        self._rows += rows

    def close(self) -> None:
        """Finish the open file, if any, and see it on the disk."""
        if self._writer is None:
            return
        if self._pending_rows:
            self._flush(self._pending_rows)
        self._writer.close()
        self._writer = None
        to_disk(self._path)
        relative = self._path.relative_to(self._folder).as_posix()
        self.done.append(DataFile(relative, self._rows, self._path.stat().st_size, self._partition))

    def discard(self) -> None:
        if self._writer is not None:
            self._writer.is_open = False  # its footer may not fit on the disk any more; the file goes anyway
            self._writer = None
            self._path.unlink(missing_ok=True)
        for file in self.done:
            (self._folder / file.path).unlink(missing_ok=True)


def _parts(batch: pa.RecordBatch, by: list[str]) -> Iterator[tuple[Partition, pa.RecordBatch]]:
    """The batch cut where a partition column changes; nothing for a batch without rows."""
    ends = {batch.num_rows} if batch.num_rows else set()
    for column in by:
        ends.update(pc.run_end_encode(batch.column(column)).run_ends.to_pylist())
    start = 0
    for end in sorted(ends):
        values = (batch.column(column)[start].cast(pa.string()).as_py() for column in by)
        yield tuple(values), batch.slice(start, end - start)
        start = end


def _writer(path: Path, schema: pa.Schema, first: pa.RecordBatch) -> pq.ParquetWriter:
    """A dictionary of ids or instants costs a third more time and space than none.

    Texts without one go without statistics too: where these say that all texts are one, DuckDB 2.0 finds no NULLs.
    """
    sample = first.slice(0, SAMPLE_ROWS)
    plain = {field.name for field in schema if _is_mostly_different(sample.column(field.name))}
    texts = {field.name for field in schema if pt.is_string(field.type)}
    return pq.ParquetWriter(
        path,
        schema,
        compression=COMPRESSION,
        use_dictionary=[name for name in schema.names if name not in plain] or False,
        write_statistics=[name for name in schema.names if name not in plain & texts] or False,
    )


def _is_mostly_different(values: pa.Array) -> bool:
    if len(values) < SAMPLE_ROWS or not (pt.is_string(values.type) or pt.is_timestamp(values.type)):
        return False
    different = pc.count_distinct(values).as_py()
    return bool(different * LEAST_REPEATED > len(values) - values.null_count)


def _folder_name(column: str, value: str | None) -> str:
    """For people only: the value itself stands in the file and in the Delta log."""
    return re.sub(r"[^A-Za-z0-9_.=-]", "_", f"{column}={'__HIVE_DEFAULT_PARTITION__' if value is None else value}")


def to_disk(path: Path) -> None:
    """Wait until a file, and its name, would survive a power cut."""
    for one in (path, path.parent):
        if one.is_dir() and os.name == "nt":
            continue  # Windows can't open a folder
        descriptor = os.open(one, os.O_RDONLY if one.is_dir() else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
