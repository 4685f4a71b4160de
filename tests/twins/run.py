"""Runs hand-written twins on their tiny company and prints them: `python tests/twins/run.py win_rate [more ...]`.

A twin is <family>/<kpi>.sql, or <family>/<kpi>.py with `rows(connection)`. Its formula in words comes first, in lines `-- ` (of the docstring
in Python); there `-- company: clv` names another company than company/, `-- tolerance: 1e-4` how closely fitted values can agree,
`-- groups: part` that the rows of groups are that part of the answer, and only the total row its value.
"""

from __future__ import annotations

import ast
import re
import runpy
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
COMPANY = HERE / "company"
NO_FAMILIES = {"company", "companies", "naive"}


def twin_files() -> dict[str, Path]:
    """KPI, as it is asked, to its twin, found by folder; options stand in the name."""
    found = (path for path in sorted(HERE.glob("*/*")) if path.suffix in (".sql", ".py"))
    return {path.stem: path for path in found if path.parent.name not in NO_FAMILIES}


def naive_files() -> dict[str, Path]:
    """KPI, as it is asked, to what a hurried analyst would write instead."""
    return {path.stem: path for path in sorted((HERE / "naive").glob("*.*")) if path.suffix in (".sql", ".py")}


def heading(twin: Path) -> str:
    """The words of a twin: its lines `-- `."""
    text = twin.read_text()
    if twin.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    return "\n".join(line for line in text.splitlines() if line.startswith("-- "))


def setting(twin: Path, name: str) -> str | None:
    """What a line `-- name: value` of the words says."""
    found = re.search(rf"^-- {name}: (.+)$", heading(twin), re.MULTILINE)
    return found[1].strip() if found else None


def company_folder(name: str | None) -> Path:
    return HERE / "companies" / name if name else COMPANY


def copied_company(source: Path, target: Path) -> Path:
    """A company with a file for every entity: one it lacks is empty but for its header."""
    shutil.copytree(source, target)
    for file in COMPANY.glob("*.csv"):
        if not (target / file.name).exists():
            (target / file.name).write_text(file.read_text().split("\n", 1)[0] + "\n")
    return target


def clean_company(folder: Path) -> duckdb.DuckDBPyConnection:
    """The typed tables of entities.sql, read from a folder of entity files."""
    connection = duckdb.connect()
    connection.execute("SET VARIABLE folder = $folder", {"folder": str(folder)})
    connection.execute((HERE / "entities.sql").read_text())
    return connection


def twin_rows(connection: duckdb.DuckDBPyConnection, twin: Path) -> list[dict[str, Any]]:
    """The rows of a twin: period_start, its dimension (if any; None = total row), value."""
    if twin.suffix == ".py":
        return list(runpy.run_path(str(twin))["rows"](connection))
    found = connection.execute(twin.read_text())
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def show(twin: Path, company: str | None) -> None:
    """Prints a twin as a table: one line per group, one column per month."""
    with tempfile.TemporaryDirectory() as folder:
        connection = clean_company(copied_company(company_folder(company), Path(folder) / "company"))
        rows = twin_rows(connection, twin)
    months = sorted({row["period_start"] for row in rows})
    dimension = next((name for name in rows[0] if name not in ("period_start", "value")), None)
    groups: dict[str, dict[Any, float | None]] = {}
    for row in rows:
        label = "TOTAL" if dimension is None or row[dimension] is None else str(row[dimension])
        groups.setdefault(label, {})[row["period_start"]] = row["value"]
    print(f"{twin.parent.name}/{twin.stem} by {dimension or 'nothing'}")
    print(f"{'':13}" + "".join(f"{month:%Y-%m}".rjust(13) for month in months))
    for label in sorted(groups):
        values = (groups[label].get(month) for month in months)
        print(f"{label:13}" + "".join(("–" if value is None else f"{value:.6g}").rjust(13) for value in values))


if __name__ == "__main__":
    twins, hurried = twin_files(), naive_files()
    for kpi in sys.argv[1:] or twins:
        company = setting(twins[kpi], "company")
        for path in (twins[kpi], hurried.get(kpi)):
            if path:
                show(path, company)
