"""The command line as a whole: help, mistakes in typing, exit codes, and what comes out of the commands."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer

import accountlens
from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.language.instants import parse_instant
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.app import run
from accountlens.surfaces.cli.commands import carry_out
from accountlens.surfaces.cli.group import app
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.quarantine import page, to_csv
from accountlens.surfaces.cli.words import read_plainly

HEAVY = "alembic deltalake duckdb fastapi numpy pandas polars pyarrow pydantic sqlalchemy sqlglot uvicorn".split()
COMMANDS = "demo init check refresh kpis kpi ask explain account outlook stages quarantine snapshots".split()
COMMANDS += "matches merge unmerge template".split()
COMMANDS += "lists list tier targets alerts erase run-due serve mcp users user audit deliveries".split()
COMMANDS += "report reports backup restore leading goals push certify".split()
SOURCE = Path(accountlens.__file__).parents[1]

Captured = pytest.CaptureFixture[str]


def test_help_names_every_command(capsys: Captured) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f" {command} " in said for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_its_options_are_told(command: str, capsys: Captured) -> None:
    assert run([command, "--help"]) == 0
    assert f"accountlens {command}" in capsys.readouterr().out


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    code = (
        "import sys; from accountlens.surfaces.cli.app import run; run(['--help']);"
        f"sys.stderr.write(' '.join(sorted(set({HEAVY}) & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_said_on_stdout(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"accountlens {accountlens.__version__}\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["refesh"], "Did you mean 'refresh'?"),
        (["ask"], "Missing argument"),
        (["ask", "nps", "--grian", "month"], "--grain"),
        (["ask", "nps", "--grain", "moth"], "'month'"),
        (["explain", "nps", "--rows", "many"], "--rows"),
    ],
)
def test_a_mistake_in_typing_ends_with_2_and_a_way_out(typed: list[str], said: str, capsys: Captured) -> None:
    assert run(typed) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "--help" in err
    assert "Traceback" not in err


def test_an_error_says_what_where_and_how_to_mend_it_on_stderr(capsys: Captured) -> None:
    messages.fail(AccountlensError("closed_at '31/02/2026' is no date.", "opportunities.csv row 214", "Mend the row."))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error opportunities.csv row 214: closed_at '31/02/2026' is no date.\n      Mend the row.\n"


def test_several_problems_are_all_told_with_their_places(capsys: Captured) -> None:
    messages.fail(ProblemsError([Problem("a.yaml", 3, "One."), Problem("b.yaml", 0, "Two.", severity="warning")]))
    assert capsys.readouterr().err == "error a.yaml:3: One.\nwarning b.yaml: Two.\n"


def test_no_colour_leaves_a_pipe(capsys: Captured) -> None:
    messages.fail(AccountlensError("No."))
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-06-30", datetime(2026, 6, 29, 22)),  # local midnight
        ("2026-06-30T12:00", datetime(2026, 6, 30, 12)),  # without offset: UTC
        ("2026-06-30T12:00+02:00", datetime(2026, 6, 30, 10)),
    ],
)
def test_an_instant_is_read_in_the_time_zone_of_the_workspace(typed: str, meant: datetime) -> None:
    assert parse_instant(typed, "Europe/Berlin") == meant


def test_a_date_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AccountlensError, match="2026-02-31"):
        parse_instant("2026-02-31", "UTC")


def test_an_instant_at_local_midnight_is_shown_as_a_day() -> None:
    assert show_moment(datetime(2026, 6, 29, 22), "Europe/Berlin") == "2026-06-30"
    assert show_moment(datetime(2026, 6, 30, 12, 5), "UTC") == "2026-06-30 12:05"


QUARANTINED = [
    {
        "table": "orders",
        "source": "orders.csv",
        "row_number": n,
        "reason": "amount 'x' is no number",
        "content": "{}",
    }
    for n in (3, 9)
]


def test_exported_rows_cannot_run_as_formulas() -> None:
    row = QUARANTINED[0]
    lines = to_csv([{**row, "content": "=1+1"}, {**row, "reason": "-x"}]).splitlines()
    assert lines == [
        "table,source,row_number,reason,content",
        "orders,orders.csv,3,amount 'x' is no number,'=1+1",
        "orders,orders.csv,3,'-x,{}",
    ]


def test_the_quarantine_tells_each_kind_of_fault_once(capsys: Captured) -> None:
    messages.show(*page(QUARANTINED, 100))
    said = capsys.readouterr().out
    assert "   2  amount 'x' is no number  orders.csv row 3" in said
    assert "--export" in said


def test_outside_a_workspace_there_is_a_way_in(tmp_path: Path, capsys: Captured) -> None:
    assert run(["-C", str(tmp_path), "kpis"]) == 1
    assert "accountlens init" in capsys.readouterr().err
    assert run(["kpis", "-C", str(tmp_path)]) == 1


LINES = [
    ["ask", "nps", "win_rate(basis=value)", "--by", "tier", "--by", "owner_id", "--grain", "month", "--where", "tier = 'A'"],
    ["ask", "nps", "--out", "a.csv", "--format", "csv", "--no-totals", "--history", "as-is", "--compare", "previous"],
    ["explain", "nps", "--rows", "7", "--account", "Acme"],
    ["matches", "--limit", "3"],
    ["refresh", "--wait", "0.5"],
    ["init"],
]  # fmt: skip


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_plain_words_are_read_as_the_library_reads_them(words: list[str]) -> None:
    ways = []
    for ease in (lambda _: None, read_plainly):
        command: Any = typer.main.get_command(app)
        ease(command)
        ways.append(command.commands[words[0]].make_context(words[0], words[1:]).params)
    assert ways[0] == ways[1]
    assert [type(value) for value in ways[0].values()] == [type(value) for value in ways[1].values()]


def test_no_library_is_loaded_to_read_plain_words() -> None:
    code = (
        "import sys, typer; from accountlens.surfaces.cli.commands import app, read_plainly;"
        "command = typer.main.get_command(app); read_plainly(command);"
        f"[command.commands[words[0]].make_context(words[0], words[1:]) for words in {LINES[:2]}];"
        "sys.stderr.write(' '.join({'pydantic', 'typer._adapters'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_only_the_command_that_is_named_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[list[str]] = []
    whole = typer.main.get_command

    def watch(one: typer.Typer) -> Any:
        command: Any = whole(one)
        built.append(sorted(command.commands))
        return command

    monkeypatch.setattr(typer.main, "get_command", watch)
    for words in (["run-due", "--help"], ["-C", "kpis", "list", "--help"], ["snapshots", "--help"], ["--help"]):
        assert carry_out(words) == 0
    assert built[:3] == [["run-due"], ["list"], ["snapshots"]]
    assert set(COMMANDS) <= set(built[3])


def test_the_overview_is_shown_again_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    shown = []
    for words in ([], ["--help"], ["-h"]):
        assert run(words) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] == shown[2]
    (kept,) = (tmp_path / "accountlens" / "help").iterdir()
    assert kept.read_text(encoding="utf-8") == shown[0]
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["--help"]) == 0
    assert capsys.readouterr().out != shown[0]


def test_the_overview_is_there_without_the_command_line_being_built(tmp_path: Path) -> None:
    code = (
        "import sys; from accountlens.surfaces.cli.app import run; run(['--help']);"
        "sys.stderr.write(' '.join(sorted({'typer', 'rich', 'click'} & set(sys.modules))))"
    )
    told = []
    for _ in range(2):
        environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, env=environment, capture_output=True, text=True)
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0][:2] == told[1][:2]
    assert (told[0][2], told[1][2]) == ("rich typer", "")
