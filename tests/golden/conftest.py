"""One test per golden case, and at the end the tally: passed, failed, and what was not run and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.golden.cases import load

from accountlens.catalog import checks

OWN = Path(__file__).parent / "own"
EVERY = 4  # of our own shapes, those that are read in every run; the others in the long one
NO_FOLDER = "no folder of golden cases: name one with --golden DIR"
TESTS = {
    "golden": "test_a_golden_case_comes_out_as_expected",
    "shapes of our own": "test_a_shape_is_read_as_it_is_meant",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The cases of the folder that --golden names, all of them; and our own, which show that each shape is read."""
    if "own_case" in metafunc.fixturenames:
        cases = [(case, [] if index % EVERY == 0 else [pytest.mark.long]) for index, case in enumerate(load(OWN))]
        metafunc.parametrize("own_case", [pytest.param(case, id=case["id"], marks=marks) for case, marks in cases])
    if "golden_case" not in metafunc.fixturenames:
        return
    folder: Path | None = metafunc.config.getoption("--golden")
    if folder is None:
        metafunc.parametrize("golden_case", [pytest.param({}, id="none", marks=pytest.mark.skip(NO_FOLDER))])
        return
    if not folder.is_dir():
        raise pytest.UsageError(f"--golden {folder}: there is no such folder")
    metafunc.parametrize("golden_case", [pytest.param(case, id=case["id"]) for case in load(folder)])


@pytest.fixture(scope="module", autouse=True)
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every set of tables has a catalog of its own, read for each but not checked: that is dear, and has its own tests.

    What was not checked is kept apart from what was.
    """
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "unchecked"))
        patch.setattr(checks, "check_kpis", lambda catalog, zone: [])
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`golden: 41 passed, 0 failed, 34 not run`, and every case that was not run with its reason."""
    told = [line for title, test in TESTS.items() for line in _tally(terminalreporter, title, test)]
    if told:
        terminalreporter.section("golden cases")
        for line in told:
            terminalreporter.line(line)


def _tally(reporter: pytest.TerminalReporter, title: str, test: str) -> Iterator[str]:
    def of(outcome: str) -> list[pytest.TestReport]:
        return [report for report in reporter.stats.get(outcome, []) if test in getattr(report, "nodeid", "")]

    passed, failed, skipped = of("passed"), of("failed") + of("error"), of("skipped")
    if not (passed or failed or skipped):
        return
    yield f"{title}: {len(passed)} passed, {len(failed)} failed, {len(skipped)} not run"
    yield from (f"  {_case(report)}: failed" for report in failed)
    yield from (f"  {_case(report)}: {_reason(report)}" for report in skipped)


def _case(report: pytest.TestReport) -> str:
    return report.nodeid.partition("[")[2].removesuffix("]")


def _reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").removeprefix("not run: ")
