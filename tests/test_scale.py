"""The model of what a refresh costs on a cluster: known coefficients are found again, Spark's log is read, the page is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from benchmarks.scale import page, tables
from benchmarks.scale.eventlog import read
from benchmarks.scale.model import Size, errors, fit
from benchmarks.scale.plot import drawn
from benchmarks.scale.predict import TARGET, cpu, held_out, interval
from benchmarks.scale.runs import NOTHING, Asked, Run, asked_of, keep, kept
from benchmarks.scale.statements import GROUPS, Statement, Watch
from tests.servers import spark

from accountlens.standing.there import prints_sql
from accountlens.warehouses.metered import Metered
from accountlens.warehouses.translate import translate

LACKING = spark.lacking()
FOUND = "found_touches"
SIZES = (
    (50_000, 200), (1_000_000, 1_000), (1_000_000, 10_000), (2_000_000, 20_000), (5_000_000, 50_000),
    (10_000_000, 10_000), (50_000_000, 30_000),
)  # fmt: skip


def made_up(activities: int, accounts: int) -> Run:
    """A run that costs what the model says, with coefficients of which the tests know."""
    size = Size(activities, accounts)
    many = size.parts > 1
    asked = []
    for group in GROUPS:
        if group == "parts" and not many:
            continue
        times = size.parts + 1 if group == "parts" else 1
        for share in (1, 3):  # two statements, one of which reads thrice as much
            rows, shuffled = share * (2 * activities + 500 * accounts), share * (30 * activities + 7 * accounts)
            if group == "parts":
                rows, shuffled = share * 70 * accounts, 0
            if group == "figures" and many:
                shuffled += 400 * accounts
            cpu = 0.5 * times + 2e-6 * rows + 4e-9 * shuffled
            work = replace(NOTHING, cpu=cpu, rows_read=rows, bytes_shuffled=shuffled)
            told = [Statement(0, group, f"{group}{share}", home=90 * accounts)]
            asked += [replace(one, statements=times) for one in asked_of(told, {0: work})]
    rows_of = {"activities": activities, "usage_events": 400 * accounts}
    return Run(
        activities=activities,
        accounts=accounts,
        variant="",
        on={"date": "today"},
        settings={},
        rows=rows_of,
        raw_bytes=1,
        at_once=size.at_once,
        wall=60.0,
        first_byte=55.0,
        here=8.0,
        driver=4.0,
        executors=90.0,
        peak_mb=300.0,
        store_bytes=10_000 * accounts,
        figures_bytes=9_000 * accounts,
        home=1_000,
        sent=10,
        asked=asked,
    )


def test_known_coefficients_are_found_and_the_largest_run_is_predicted() -> None:
    runs = [made_up(*size) for size in SIZES]
    assert abs(held_out(runs).error) < 1e-3
    truth = sum(one.cpu for one in made_up(TARGET.activities, TARGET.accounts).asked)
    assert cpu(fit(runs), TARGET) == pytest.approx(truth, rel=1e-2)
    assert interval(runs, TARGET) == pytest.approx((truth, truth), rel=1e-2)


def test_what_grows_otherwise_than_the_model_is_told_as_its_error() -> None:
    *runs, largest = [made_up(*size) for size in SIZES]
    dearer = replace(largest, asked=[replace(one, cpu=1.5 * one.cpu) for one in largest.asked])
    assert held_out([*runs, dearer]).error == pytest.approx(-1 / 3, abs=1e-3)
    assert errors(fit(runs), largest)["facts"][0] == pytest.approx(errors(fit(runs), largest)["facts"][1], rel=1e-3)
    low, high = interval([*runs, dearer], TARGET)
    assert low < cpu(fit(runs), TARGET) < high


def test_work_is_read_from_the_log_by_the_statement_it_was_done_for() -> None:
    found = read([*events(), '{"Event":"SparkListenerSomethingElse"}'])
    assert set(found) == {4, 5}
    assert (found[4].tasks, found[4].failed, found[4].rows_read) == (3, 1, 60)
    assert (found[4].longest, found[4].median) == (9.0, 2.0)
    assert (found[4].fullest_rows, found[4].usual_rows, found[4].fullest_cpu) == (300, 200, 2.1)
    assert (found[4].cpu, found[4].bytes_shuffled, found[4].peak) == (6.3, 300, 7)
    assert found[5].rows_shuffled == 1


def events() -> Iterator[str]:
    for number, stages in ((4, [0]), (5, [0, 1])):  # the second job has a stage that the first one made
        yield _line("JobStart", {"Stage IDs": stages, "Properties": {"spark.jobGroup.id": str(number)}})
    yield _line("JobStart", {"Stage IDs": [2], "Properties": {}})  # of no statement
    for seconds in (1, 2, 9):
        yield _ended(0, seconds, rows={1: 10, 2: 20, 9: 30}[seconds])
    yield _ended(0, 1, reason="ExecutorLostFailure")
    yield _ended(1, 1, rows=1)
    yield _ended(2, 1, rows=1)


def _ended(stage: int, seconds: int, rows: int = 0, reason: str = "Success") -> str:
    shuffle = {"Shuffle Records Written": 1, "Shuffle Bytes Written": 100}
    metrics = {
        "Executor CPU Time": 2_000_000_000,
        "Executor Deserialize CPU Time": 100_000_000,
        "JVM GC Time": 5,
        "Disk Bytes Spilled": 0,
        "Peak Execution Memory": 7,
        "Input Metrics": {"Records Read": rows, "Bytes Read": 8 * rows},
        "Output Metrics": {"Bytes Written": 0},
        "Shuffle Write Metrics": shuffle,
        "Shuffle Read Metrics": {"Total Records Read": 10 * rows, "Remote Bytes Read": 0, "Local Bytes Read": 0},
    }
    info = {"Launch Time": 1000, "Finish Time": 1000 + 1000 * seconds}
    end = {"Task End Reason": {"Reason": reason}, "Task Info": info, "Task Metrics": metrics}
    return _line("TaskEnd", {"Stage ID": stage, **end})


def _line(event: str, told: dict[str, Any]) -> str:
    return json.dumps({"Event": f"SparkListener{event}", **told}, separators=(",", ":"))


def test_each_statement_belongs_to_what_it_is_done_for() -> None:
    watch, metered = Watch(lambda number: None, lambda: 0.0), Metered(Nowhere())  # type: ignore[arg-type]
    looked_at = translate(prints_sql("touches", ["kind"], "occurred_at"), "spark", "UTC")
    with watch.watching():
        watch.progress("deriving touches in the warehouse", 0, 1)
        metered.run("CREATE TABLE `run`.`touches` AS SELECT 1")
        metered.arrow(looked_at)
        metered.arrow("SELECT * FROM `touches` LIMIT 0")
        metered.arrow("SELECT `kind` FROM `touches`")
        watch.progress("publishing", 0, 0)
        metered.run("CREATE TABLE `run`.`found_touches` AS SELECT 1")
        metered.run("DROP TABLE `run`.`found_touches`")
    groups = [(one.group, one.name) for one in watch.statements]
    assert groups == [*[("facts", "touches")] * 3, ("home", "touches"), ("figures", FOUND), ("parts", FOUND)]


class Nowhere:
    def run(self, sql: str) -> None:
        """Nothing is run."""

    def arrow(self, sql: str) -> pa.Table:
        return pa.table({"kind": ["call"]})


def test_runs_are_kept_and_the_page_is_written_from_them(tmp_path: Path) -> None:
    runs = [made_up(*size) for size in SIZES]
    runs += [replace(runs[1], variant=variant) for variant in ("even", "skewed")]
    for run in runs:
        keep(run, tmp_path)
    again = kept(tmp_path)
    assert sorted(again, key=lambda run: run.file) == sorted(runs, key=lambda run: run.file)
    marks = "".join(f"<!-- {name}:begin -->\nold\n<!-- {name}:end -->\n" for name in page.TABLES)
    written = page.filled(marks, again)
    assert "old" not in written
    assert page.filled(written, again) == written
    assert drawn(tables.plain(again)).startswith("<svg")


def test_the_page_says_what_was_measured() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert [_measured(page.filled(text, kept()))] == [_measured(text)], "python -m benchmarks.scale fit"


def _measured(text: str) -> str:
    """Without the table that other benchmarks are in, too, which may be measured anew by themselves."""
    return re.sub("<!-- sizes:begin -->.*?<!-- sizes:end -->", "", text, flags=re.DOTALL)


@pytest.mark.long
@pytest.mark.skipif(bool(LACKING), reason=LACKING or "")
def test_a_refresh_on_a_cluster_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.scale import measure

    monkeypatch.setattr(measure, "PLACE", tmp_path)
    figures = "{months: 1, quarters: 0, years: 0, also: [], by: [tier]}"
    run = measure.measure(measure.Plan(4_000, 20, figures=figures, at_once=8))
    by: dict[str, list[Asked]] = {group: run.of(group) for group in GROUPS}
    assert all(by.values())
    large = run.rows["activities"] + run.rows["usage_events"]
    assert sum(one.rows_read for one in by["staging"]) >= large
    assert sum(one.home for one in run.asked) == run.home > 0
    assert 0 < sum(one.cpu for one in run.asked) < run.executors
    assert [path for path in tmp_path.iterdir() if path.name.startswith("4000")] == []
