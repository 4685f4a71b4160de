"""A Delta table with other files of the same rows in place of some: one new version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from accountlens.store.delta_tables import commit
from accountlens.store.faults import telling
from accountlens.store.parquet_files import DataFile


def exchange_files(folder: Path, version: int | None, moved: Mapping[str, DataFile], run: str) -> int | None:
    """Commit the files of a version (None: the newest) with those moved; None where it has none of them.

    `moved` gives, by the old path inside the table's folder, the new file.
    """
    with telling(f"write table '{folder.name}'", folder, DeltaError):
        table = DeltaTable(folder, version=version)
        by = list(table.metadata().partition_columns)
        actions = pa.table(table.get_add_actions(flatten=True)).to_pylist()
        if not any(one["path"] in moved for one in actions):
            return None
        files = [
            replace(
                moved.get(one["path"]) or DataFile(one["path"], one["num_records"], one["size_bytes"], ()),
                partition=tuple(_text(one[f"partition.{column}"]) for column in by),
            )
            for one in actions
        ]
        return commit(folder, files, pa.schema(table.schema().to_arrow()), by, run)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
