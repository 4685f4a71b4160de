"""Runs one hand-written twin on the tiny company and prints it: `python tests/twins/run.py win_rate [more ...]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
COMPANY = HERE / "company"


def twin_files() -> dict[str, Path]:
    """KPI, as it is asked, to its twin, found by folder: tests/twins/<family>/<kpi>.sql; options stand in the name."""
    return {path.stem: path for path in sorted(HERE.glob("*/*.sql"))}


def clean_company(folder: Path = COMPANY) -> duckdb.DuckDBPyConnection:
    """The typed tables of entities.sql, read from a folder of entity files."""
    connection = duckdb.connect()
    connection.execute("SET VARIABLE folder = $folder", {"folder": str(folder)})
    connection.execute((HERE / "entities.sql").read_text())
    return connection


def twin_rows(connection: duckdb.DuckDBPyConnection, twin: Path) -> list[dict[str, Any]]:
    """The rows of a twin: period_start, its dimension (if any; None = total row), value."""
    found = connection.execute(twin.read_text())
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def show(kpi: str) -> None:
    """Prints a twin as a table: one line per group, one column per month."""
    rows = twin_rows(clean_company(), twin_files()[kpi])
    months = sorted({row["period_start"] for row in rows})
    dimension = next((name for name in rows[0] if name not in ("period_start", "value")), None)
    groups: dict[str, dict[Any, float | None]] = {}
    for row in rows:
        label = "TOTAL" if dimension is None or row[dimension] is None else row[dimension]
        groups.setdefault(label, {})[row["period_start"]] = row["value"]
    print(f"{kpi} by {dimension or 'nothing'}")
    print(f"{'':13}" + "".join(f"{month:%Y-%m}".rjust(13) for month in months))
    for label in sorted(groups):
        values = (groups[label].get(month) for month in months)
        print(f"{label:13}" + "".join(("–" if value is None else f"{value:.6g}").rjust(13) for value in values))


if __name__ == "__main__":
    for kpi in sys.argv[1:] or twin_files():
        show(kpi)
