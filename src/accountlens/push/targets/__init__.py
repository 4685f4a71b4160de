"""Where rows go: a CSV file, a table of a DuckDB file, a table of any database that SQLAlchemy opens."""

from __future__ import annotations

from typing import Protocol

from accountlens.push.pushed import Difference
from accountlens.push.rows import Rows
from accountlens.sources.secrets import Secrets


class Target(Protocol):
    """`there` says whether it holds what was pushed before; it raises where nothing can be written there at all."""

    def there(self) -> bool: ...

    def write(self, rows: Rows, difference: Difference) -> None:
        """All of it, or nothing; doing it again changes nothing."""


def target_of(to: str, where: str, secrets: Secrets) -> Target:
    """By how it is written: FILE.csv, or URL#table; `${NAME}` is a secret."""
    from accountlens.push.targets import csv_file, database, duckdb_file

    to = secrets.fill(to, where)
    if "://" not in to:
        return csv_file.CsvFile(secrets.folder / to, to, where)
    if to.startswith("duckdb://"):
        return duckdb_file.DuckdbTable.of(to, where, secrets.folder)
    return database.Table.of(to, where, secrets)
