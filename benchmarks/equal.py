"""Whether two sets of tables by account and month say the same: cells that differ, by column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

TOLERANCE = 1e-9
KEYS = ("account_id", "month")


def differing(
    expected: Path, files: Sequence[Path], zero: Collection[str] = (), tolerance: float = TOLERANCE
) -> dict[str, int]:
    """Cells of each column in `files` that are not those of `expected`; of `zero`, nothing and 0 are the same."""
    found: dict[str, int] = {}
    with duckdb.connect() as con:
        for file in files:
            names = [row[0] for row in con.execute(f"DESCRIBE FROM '{file}'").fetchall() if row[0] not in KEYS]
            counts = ", ".join(f"count(*) FILTER (WHERE {_differs(name, name in zero, tolerance)})" for name in names)
            both = f"FROM '{expected}' a FULL JOIN '{file}' b USING (account_id, month)"
            row = con.execute(f"SELECT {counts} {both}").fetchall()[0]
            found |= dict(zip(names, row, strict=True))
    return found


def cells(file: Path) -> int:
    with duckdb.connect() as con:
        return int(con.execute(f"SELECT count(*) FROM '{file}'").fetchall()[0][0])


def _differs(name: str, zero: bool, tolerance: float) -> str:
    a, b = (f'COALESCE({side}."{name}", 0)' if zero else f'{side}."{name}"' for side in "ab")
    return f"({a} IS NULL) <> ({b} IS NULL) OR abs({a} - {b}) > {tolerance} * greatest(1, abs({a}))"
