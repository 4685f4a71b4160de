"""Quarantined rows: kept whole, with their reason, as one more table of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling
from accountlens.store.snapshots import TableVersion

SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("source", pa.string()),
        ("row_number", pa.int64()),
        ("reason", pa.string()),
        ("content", pa.string()),  # the row as it came, as JSON text
    ]
)


def checked(rows: Any) -> pa.RecordBatchReader:
    """The rows as a stream of exactly the quarantine's columns, in their order."""
    reader = pa.RecordBatchReader.from_stream(rows)
    missing = [name for name in SCHEMA.names if name not in reader.schema.names]
    if missing:
        raise AccountlensError(f"Quarantined rows lack the column {', '.join(missing)}.")

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            yield batch.select(SCHEMA.names).cast(SCHEMA)

    return pa.RecordBatchReader.from_batches(SCHEMA, batches())


def read(root: Path, version: TableVersion | None) -> pa.Table:
    """The rows of one version of the quarantine; no rows where nothing was quarantined."""
    files = [root / file for file in version.files] if version else []
    with telling("read the quarantine", root, pa.ArrowException):
        parts = [pq.ParquetFile(file).read() for file in files]
    return pa.concat_tables([SCHEMA.empty_table(), *parts])
