"""Every built-in KPI against its hand-written SQL twin on one tiny, awkward company.

The twins owe nothing to the engine: they are written from the definition sheet alone. `run.py` prints them,
AWKWARD.md lists the awkward rows and the rule that decides each.
"""

from __future__ import annotations

import csv
import json
import math
import os
import runpy
import shutil
import subprocess
import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from accountlens import Workspace
from accountlens.catalog.loader import load_catalog
from accountlens.catalog.settings import Settings

HERE = Path(__file__).parent
COMPANY = HERE / "company"
AS_OF = datetime(2024, 9, 1)
MONTHS = [f"2024-{month:02d}-01" for month in range(1, 8)]

Key = tuple[str | None, str]  # group (None = total row), period start


run = SimpleNamespace(**runpy.run_path(str(HERE / "run.py")))  # the helper beside this file
TWINS: dict[str, Path] = run.twin_files()
NAIVE: dict[str, Path] = run.naive_files()


def dimension_of(rows: list[dict[str, Any]]) -> str | None:
    """The twin's third column: tier, team, owner_id, or none at all (KPIs that can only be asked in total)."""
    return next((name for name in rows[0] if name not in ("period_start", "value")), None)


def label_of(group: Any) -> str | None:
    return None if group is None else str(group)


def keyed(rows: list[dict[str, Any]], dimension: str | None) -> dict[Key, float | None]:
    keys = [(label_of(row[dimension]) if dimension else None, str(row["period_start"])[:10]) for row in rows]
    assert len(set(keys)) == len(keys), "one row per group and month"
    return dict(zip(keys, (row["value"] for row in rows), strict=True))


def shown(row: dict[str, Any], part: str | None) -> float | None:
    """A row's value; in groups the part a twin names with `-- groups: part`."""
    return row["value"] if part is None or "total" in row["flags"] else row["parts"][part]


def same(expected: float | None, found: float | None, tolerance: float = 1e-9) -> bool:
    """Null equals only null: unknown is not zero (G4)."""
    if expected is None or found is None:
        return expected is None and found is None
    return math.isclose(float(expected), float(found), rel_tol=tolerance, abs_tol=1e-9)


class Companies:
    """The companies the twins name, each copied (so that no store lands in the repository) and read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, dict[Key, float | None]] = {}

    def folder_of(self, twin: Path) -> Path:
        name = run.setting(twin, "company")
        target = self.folder / (name or "company")
        return target if target.exists() else Path(run.copied_company(run.company_folder(name), target))

    @cache  # noqa: B019 - one per session
    def workspace_in(self, folder: Path) -> Workspace:
        workspace = Workspace(folder)
        workspace.refresh(as_of=AS_OF)
        return workspace

    @cache  # noqa: B019 - one per session
    def clean_in(self, folder: Path) -> duckdb.DuckDBPyConnection:
        return run.clean_company(folder)

    @cache  # noqa: B019 - one per session
    def rows(self, kpi: str, path: Path | None = None) -> list[dict[str, Any]]:
        """The rows of a KPI's twin, or of another file on the twin's company."""
        return run.twin_rows(self.clean_in(self.folder_of(TWINS[kpi])), path or TWINS[kpi])

    def answer(self, kpi: str, dimension: str | None) -> dict[Key, float | None]:
        """What the engine says."""
        if kpi not in self.answers:
            workspace = self.workspace_in(self.folder_of(TWINS[kpi]))
            by = [dimension] if dimension else []
            answer = workspace.ask(kpi, by=by, period="2024-01..2024-07", grain="month")
            part = run.setting(TWINS[kpi], "groups")
            flat = [
                {**row["by"], "period_start": row["period_start"], "value": shown(row, part)} for row in answer.rows()
            ]
            self.answers[kpi] = keyed(flat, dimension)
        return self.answers[kpi]


@pytest.fixture(scope="session")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Companies:
    return Companies(tmp_path_factory.mktemp("twins"))


@pytest.fixture
def company_for_cli(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COMPANY, tmp_path / "company"))


def refresh_by_command_line(folder: Path) -> dict[str, Any]:
    """What `accountlens refresh --json` prints: the row balance of every table."""
    program = "from accountlens.surfaces.cli.app import main; main()"
    command = [
        sys.executable,
        "-c",
        program,
        "-C",
        str(folder),
        "refresh",
        "--as-of",
        "2024-09-01T00:00",
        "--json",
    ]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1] / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("kpi", TWINS)
def test_a_twin_answers_every_month_for_every_group(kpi: str, companies: Companies) -> None:
    rows = companies.rows(kpi)
    answers = keyed(rows, dimension_of(rows))
    groups = {group for group, _ in answers}
    assert None in groups, "the total row"
    assert set(answers) == {(group, month) for group in groups for month in MONTHS}
    silent = run.setting(TWINS[kpi], "null everywhere")  # with the reason
    assert silent or any(value for value in answers.values()), "a twin of nothing but zeros checks nothing"
    assert run.heading(TWINS[kpi]), "the formula in words comes first"


@pytest.mark.parametrize("kpi", TWINS)
def test_a_kpi_equals_its_hand_written_twin(kpi: str, companies: Companies) -> None:
    rows = companies.rows(kpi)
    dimension = dimension_of(rows)
    expected = keyed(rows, dimension)
    found = companies.answer(kpi, dimension)
    tolerance = float(run.setting(TWINS[kpi], "tolerance") or 1e-9)

    # the sheet is silent on a group in which no row takes part: it may be left out, but whole, and never the total
    left_out = {group for group, _ in expected} - {group for group, _ in found} - {None}
    nothing = 0 if None not in expected.values() else None  # counts and sums of nothing are 0, the rest null (G4)
    missing = {
        key: value
        for key, value in expected.items()
        if key not in found and not (key[0] in left_out and value in (nothing, None))
    }
    assert not missing, f"{kpi}: groups or months the answer lacks: {missing}"
    both = [key for key in expected if key in found]
    wrong = {key: (expected[key], found[key]) for key in both if not same(expected[key], found[key], tolerance)}
    assert not wrong, f"{kpi}: {{(group, month): (twin, engine)}} = {wrong}"
    beyond = {key: value for key, value in found.items() if key not in expected and value}
    assert not beyond, f"{kpi}: groups beyond the twin may hold only 0 or null: {beyond}"


@pytest.mark.parametrize("kpi", NAIVE)
def test_what_a_hurried_analyst_would_write_is_told_apart(kpi: str, companies: Companies) -> None:
    """A naive formula without the twin's dimension is compared in total only."""
    assert run.heading(NAIVE[kpi]), "what is wrong with it comes first"
    twin, naive = companies.rows(kpi), companies.rows(kpi, NAIVE[kpi])
    dimension = dimension_of(twin)
    assert dimension_of(naive) in (dimension, None), "the same columns as the twin"
    hurried = keyed(naive, dimension_of(naive))
    assert any(hurried.values()), "a formula that finds nothing is no plausible one"
    tolerance = 100 * float(run.setting(TWINS[kpi], "tolerance") or 1e-9)
    for who, answer in (("twin", keyed(twin, dimension)), ("engine", companies.answer(kpi, dimension))):
        both = hurried.keys() & answer.keys()
        told_apart = [key for key in both if not same(answer[key], hurried[key], tolerance)]
        assert told_apart, f"{kpi}: the {who} says what the naive formula says in all {len(both)} cells"


def test_every_built_in_kpi_has_a_twin() -> None:
    missing = sorted(set(load_catalog(Settings()).kpis) - set(TWINS))
    assert not missing, f"write tests/twins/<family>/<kpi>.sql for: {', '.join(missing)}"


def test_every_built_in_kpi_is_told_apart_from_a_naive_formula() -> None:
    missing = sorted(set(load_catalog(Settings()).kpis) - set(NAIVE))
    assert not missing, f"write tests/twins/naive/<kpi>.sql, and a row where it differs, for: {', '.join(missing)}"


def test_no_row_disappears_and_the_awkward_ones_land_where_they_belong(company_for_cli: Path) -> None:
    with (HERE / "balance.csv").open(newline="") as file:
        expected = {row.pop("table"): {name: int(n) for name, n in row.items()} for row in csv.DictReader(file)}
    tables = refresh_by_command_line(company_for_cli)["tables"]
    found = {table: {name: tables.get(table, {}).get(name) for name in counts} for table, counts in expected.items()}
    wrong = {table: (expected[table], found[table]) for table in expected if expected[table] != found[table]}
    assert not wrong, f"{{table: (by hand, refresh)}} = {wrong}"
