"""The DuckDB SQL that scans exactly one version of a table: its columns, their order and their types."""

from __future__ import annotations

import re
from pathlib import Path

from accountlens.store.snapshots import TableVersion
from accountlens.warehouses.expand import quoted


def scan_sql(root: Path, version: TableVersion) -> str:
    """A SELECT over the version's files. A table without rows keeps its columns and types.

    Hive partitioning stays off: partition columns are in the files, and with it a folder on the way named
    `account_id=5` would replace the column of that name in every row.
    """
    if not version.files:
        nothing = ", ".join(f"CAST(NULL AS {type_}) AS {quoted(name)}" for name, type_ in version.columns)
        return f"SELECT {nothing} WHERE false"
    columns = ", ".join(quoted(name) for name, _ in version.columns)
    files = ", ".join(_file(root / file) for file in version.files)
    return f"SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false)"


def _file(path: Path) -> str:
    """A path as a literal that DuckDB takes for no pattern: `acme [test]` would read `acme t` instead."""
    plain = re.sub(r"([\[*?])", r"[\1]", path.as_posix())
    return "'" + plain.replace("'", "''") + "'"
