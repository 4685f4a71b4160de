"""Every command on one small workspace: what comes out, on which stream, with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.workspaces import saying, write_files

import accountlens
from accountlens.surfaces.cli.app import run

SOURCE = Path(accountlens.__file__).parents[1]
FILES = {
    "accountlens.yaml": "name: Tiny\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n",
    "data/accounts.csv": "account_id,name,tier\na1,Acme,A\na2,Beta,A\na3,=Gamma,B\n",
    "data/orders.csv": """\
order_id,line_id,account_id,ordered_at,amount,kind
r1,1,a1,2026-05-02,80,sale
r1,2,a1,2026-05-02,40,sale
r2,1,a1,2026-06-01,20,return
r3,1,a1,2026-09-01,70,sale
""",
    "data/opportunities.csv": """\
opportunity_id,account_id,status,amount,created_at,closed_at
o1,a1,won,1000,2026-04-01,2026-04-10
o2,a1,lost,500,2026-04-01,2026-05-10
o3,a2,won,3000,2026-04-02,2026-06-30
o4,a3,lost,100,2026-04-03,2026-05-01
o4,a3,lost,100,2026-04-03,2026-05-01
o5,a3,won,2000,2026-01-03,2026-02-01
o6,a1,won,12k or so,2026-04-01,2026-04-10
o7,,lost,70,2026-04-01,2026-04-10
""",
}
Q2 = ["--period", "2026-Q2"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, refreshed once."""
    folder = tmp_path_factory.mktemp("tiny")
    write_files(folder, FILES)
    assert run(["-C", str(folder), "refresh", "--as-of", "2026-07-01"]) == 0
    return folder


@pytest.fixture
def say(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    return saying(workspace, capsys)


def test_refresh_prints_the_balance_and_the_snapshot(say: Any) -> None:
    code, out, err = say("refresh", "--as-of", "2026-07-01")
    assert code == 0
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()[2:]}
    assert rows["opportunities"] == ["8", "6", "1", "1"]
    assert "snapshot " in out
    assert "(unmatched)" in err
    assert "accountlens quarantine" in err


def test_refresh_for_machines_is_json_alone_on_stdout(say: Any) -> None:
    code, out, _ = say("refresh", "--json", "--as-of", "2026-07-01")
    told = json.loads(out)
    assert code == 0
    assert told["tables"]["opportunities"] == {"in": 8, "accepted": 6, "duplicates": 1, "quarantined": 1}
    assert told["snapshot"]


def test_ask_shows_a_table_with_groups_a_total_and_the_snapshot(say: Any) -> None:
    code, out, _ = say("ask", "win_rate", "--by", "tier", *Q2, "--compare", "previous")
    assert code == 0
    assert out.startswith("Win rate, 2026-Q2\n")
    assert "Total" in out
    assert "40.0 %" in out  # 2 of 5 decided
    assert "snapshot " in out


def test_asked_dimensions_may_be_listed_with_commas(say: Any) -> None:
    assert (
        say("ask", "win_rate", "--by", "tier,account_id", *Q2)[1]
        == say("ask", "win_rate", "--by", "tier", "--by", "account_id", *Q2)[1]
    )


def test_no_totals_leaves_the_total_out(say: Any) -> None:
    assert "Total" not in say("ask", "win_rate", "--by", "tier", "--no-totals", *Q2)[1]


def test_json_is_the_shape_every_surface_shares(say: Any) -> None:
    code, out, _ = say("ask", "win_rate", "win_rate(basis=value)", "--format", "json", *Q2)
    answer = json.loads(out)
    assert code == 0
    assert {"snapshot", "currency", "dimensions", "rows"} <= set(answer)
    first, second = answer["rows"]
    assert (first["value"], first["parts"]["won"], first["parts"]["lost"], first["n"]) == (0.4, 2, 3, 5)
    assert second["options"] == {"basis": "value"}


def test_csv_is_exact_and_cannot_run_as_a_formula(say: Any) -> None:
    _, out, _ = say("ask", "sales_revenue", "--by", "account_id", "--format", "csv", "--period", "2026-01..2026-06")
    rows = {row["account_id"]: row for row in csv.DictReader(io.StringIO(out))}
    assert float(rows["a3"]["value"]) == 2000
    assert rows["a3"]["account_id_name"] == "'=Gamma"


def test_parquet_goes_to_a_file(say: Any, tmp_path: Path) -> None:
    code, out, _ = say("ask", "win_rate", "--format", "parquet", "--out", str(tmp_path / "a.parquet"), *Q2)
    assert (code, out) == (0, "")
    assert pq.read_table(tmp_path / "a.parquet").column("value").to_pylist() == [0.4]


def test_a_file_that_cannot_be_written_is_an_error_without_a_traceback(say: Any, tmp_path: Path) -> None:
    code, _, err = say("ask", "win_rate", "--format", "csv", "--out", str(tmp_path / "no" / "a.csv"), *Q2)
    assert code == 1
    assert "No such file or directory" in err


def test_the_sql_is_shown_instead_of_the_answer(say: Any) -> None:
    _, out, _ = say("ask", "win_rate", "--sql", *Q2)
    assert out.lstrip().startswith("WITH")
    assert "%" not in out


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (["win_rat"], "Did you mean 'win_rate'?"),
        (["win_rate", "--by", "colour"], "colour"),
        (["win_rate", "--by", "tier", "account_id"], "Write --by account_id"),
        (["win_rate", "--period", "2026-Q5"], "2026-Q5"),
        (["win_rate", "--where", "tier = "], "tier"),
        (["win_rate", "--as-of", "soon"], "soon"),
        (["win_rate", "--snapshot", "never"], "never"),
    ],
)
def test_a_fault_of_a_question_is_one_clear_error(question: list[str], told: str, say: Any) -> None:
    code, out, err = say("ask", *question)
    assert (code, out) == (1, "")
    assert err.startswith("error ")
    assert told in err
    assert "Traceback" not in err


def test_explain_opens_the_number(say: Any) -> None:
    code, out, _ = say("explain", "win_rate", *Q2, "--where", "tier = 'A'")
    assert code == 0
    assert "2 / (2 + 1)" in out
    assert "in   2 rows" in out
    assert "o3" in out


def test_explain_tells_what_changed_of_one_account(say: Any) -> None:
    code, out, _ = say("explain", "win_rate", *Q2, "--account", "a1", "--compare", "previous", "--rows", "0")
    assert code == 0
    assert "previous: " in out
    assert "account_id = 'a1'" in out
    assert "no parts of it add up to it" in out
    code, _, err = say("explain", "win_rate", "--account", "nobody")
    assert (code, err.startswith("error ")) == (1, True)


def test_kpis_lists_the_catalog_and_a_family(say: Any) -> None:
    everything, family = say("kpis")[1], say("kpis", "--family", "pipeline")[1]
    assert "win_rate" in everything
    assert "nps" in everything
    assert "nps" not in family
    assert {"name", "family", "unit", "review"} <= set(json.loads(say("kpis", "--json")[1])[0])


def test_an_unknown_family_is_an_error_with_the_known_ones(say: Any) -> None:
    code, _, err = say("kpis", "--family", "pipelines")
    assert code == 1
    assert "Did you mean 'pipeline'?" in err


def test_kpi_shows_one_definition(say: Any) -> None:
    assert say("kpi", "win_rate")[1].startswith("Win rate  win_rate\n")


def test_kpi_is_written_for_another_engine(say: Any) -> None:
    code, written, _ = say("kpi", "avg_deal_size", "--sql", "bigquery")
    assert code == 0
    assert "FROM `opportunities`" in written
    assert written.endswith(";\n")
    code, _, told = say("kpi", "avg_deal_size", "--sql", "bigqery")
    assert code
    assert "There is no engine 'bigqery'." in told
    assert "bigquery" in told


def test_account_shows_one_account(say: Any) -> None:
    code, out, _ = say("account", "acme")
    assert code == 0
    assert out.startswith("Acme  a1\n")


def test_the_figures_of_an_account_are_of_the_period_asked(say: Any) -> None:
    assert "50.0 %" in say("account", "acme", *Q2)[1]
    assert "100.0 %" in say("account", "acme", "--period", "2026-04")[1]
    assert say("account", "acme")[1] == say("account", "acme", "--period", "last-3-months")[1]
    code, _, err = say("account", "acme", "--period", "sometime")
    assert code == 1
    assert "sometime" in err


def test_an_account_shows_its_orders_with_what_came_back(say: Any) -> None:
    lines = say("account", "acme")[1].splitlines()
    title = next(place for place, line in enumerate(lines) if line.startswith("Latest orders"))
    found = [line.split() for line in lines[title:] if line.startswith("2026-0")]
    assert found == [["2026-06-01", "r2", "return", "-20"], ["2026-05-02", "r1", "sale", "120"]]
    assert "Latest orders" not in say("account", "beta")[1]


@pytest.mark.parametrize(
    ("asked", "heavy"),
    [
        (["ask", "win_rate"], {"numpy", "pandas", "pyarrow", "scipy", "sqlalchemy"}),
        (["account", "acme"], {"pandas", "scipy"}),
    ],
    ids=["ask", "account"],
)
def test_a_question_waits_for_no_library_it_has_no_use_for(workspace: Path, asked: list[str], heavy: set[str]) -> None:
    arguments = ["-C", str(workspace), *asked]
    code = f"import sys; from accountlens.surfaces.cli.app import run; run({arguments!r}); print({heavy!r} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "set()\n")


def test_a_question_asked_before_waits_for_nothing_that_reads_definitions(workspace: Path, tmp_path: Path) -> None:
    arguments = ["-C", str(workspace), "ask", "win_rate", "--where", "tier = 'A'"]
    loaded = {"pydantic", "yaml", "sqlglot", "numpy", "accountlens.engine.planner", "accountlens.engine.sql"}
    code = f"import sys; from accountlens.surfaces.cli.app import run; run({arguments!r}); print(sorted({loaded!r} & set(sys.modules)), file=sys.stderr)"
    told = []
    for tier in "AAB":
        again = code.replace("'A'", f"'{tier}'")
        environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", again], cwd=SOURCE, env=environment, capture_output=True, text=True
        )
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0][:2] == told[1][:2] != told[2][:2]
    assert "sqlglot" in told[0][2]
    assert [err for _, _, err in told[1:]] == ["[]\n", "[]\n"]


def test_stages_show_the_journey_of_accounts(say: Any) -> None:
    code, out, _ = say("stages", "--period", "2026-04")
    assert code == 0
    assert re.search(r"Beta +none +opportunity +2026-04-02", out)
    told = json.loads(say("stages", "--period", "2026-04", "--json")[1])
    found = {stage["name"]: (stage["before"], stage["after"], stage["entered"]) for stage in told["stages"]}
    assert found["opportunity"] == (0, 3, 3)
    assert say("stages", "--period", "2031")[0] == 1
    code, _, told = say("stages", "--by", "tier", "--within", "30")
    assert (code, "--by and --within belong to --cohort" in told) == (2, True)


def test_quarantine_shows_and_exports(say: Any, tmp_path: Path) -> None:
    assert "12k or so" in say("quarantine")[1]
    code, _, err = say("quarantine", "--export", str(tmp_path / "q.csv"))
    with (tmp_path / "q.csv").open(encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert code == 0
    assert "1 row written" in err
    assert (row["table"], row["row_number"]) == ("opportunities", "7")
    assert json.loads(row["content"])["amount"] == "12k or so"


def test_check_finds_what_to_mend_and_ends_with_1_on_errors(say: Any, tmp_path: Path) -> None:
    code, out, _ = say("check")
    assert code == 0
    assert "quarantine" in out
    (tmp_path / "accountlens.yaml").write_text("nam: x\n", encoding="utf-8")
    code, out, _ = say("-C", str(tmp_path), "check", "--json")
    assert code == 1
    [finding] = json.loads(out)["findings"]
    assert (finding["file"], finding["line"], finding["severity"]) == ("accountlens.yaml", 1, "error")


def test_snapshots_are_listed_and_can_be_asked(say: Any) -> None:
    listed = say("snapshots")[1].splitlines()[2:]
    oldest = listed[-1].split()[0]
    assert json.loads(say("ask", "win_rate", "--snapshot", oldest, "--format", "json")[1])["snapshot"] == oldest


def test_init_proposes_a_mapping_and_says_what_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "exports"
    source.mkdir()
    (source / "deals.csv").write_text(
        "Deal ID,Company,Stage,Value,Created,Closed\n"
        "1,Acme,Won,100,2026-01-02,2026-02-03\n2,Beta,Lost,50,2026-01-05,2026-02-10\n3,Acme,Open,70,2026-02-01,\n"
    )
    assert run(["init", str(tmp_path / "ws"), "--from", str(source), "--currency", "EUR"]) == 0
    out, err = capsys.readouterr()
    assert "opportunities from deals (3 rows)" in out
    assert "EUR (as asked)" in out
    assert "check" in out
    assert "wrote " in err
    assert run(["-C", str(tmp_path / "ws"), "refresh"]) == 0
    capsys.readouterr()
    assert run(["init", str(tmp_path / "ws"), "--from", str(source)]) == 1
    assert "nothing was written" in capsys.readouterr().err


def test_init_without_files_makes_a_workspace_to_fill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(tmp_path), "init", "big-deals"]) == 0
    assert "name: Big deals\ncurrency: USD" in (tmp_path / "big-deals" / "accountlens.yaml").read_text()
    assert run(["-C", str(tmp_path), "init", "big-deals"]) == 1
    assert "workspace already" in capsys.readouterr().err


def shell(command: str, workspace: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line in a real shell, `accountlens` standing for the program."""
    program = f"{sys.executable} -m accountlens -C {workspace}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("accountlens", program)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE), **environment},
    )


def test_a_reader_that_stops_early_is_no_fault(workspace: Path) -> None:
    done = shell("accountlens kpis | head -1", workspace)
    assert (done.returncode, done.stderr) == (0, "")


def test_parquet_flows_through_a_pipe(workspace: Path) -> None:
    done = shell("accountlens ask win_rate --format parquet | head -c 4", workspace)
    assert done.stdout == "PAR1"


def test_a_narrow_window_is_respected(workspace: Path) -> None:
    done = shell("accountlens ask win_rate sales_revenue --by account_id --grain month", workspace, COLUMNS="50")
    assert max(map(len, done.stdout.splitlines())) <= 50
