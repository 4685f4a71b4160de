"""One test per golden case, and at the end the tally: passed, failed, and what was not run and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.golden.cases import load

HERE = Path(__file__).parent
NO_FOLDER = "no folder of golden cases: name one with --golden DIR"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The cases of the folder that --golden names."""
    if "golden_case" not in metafunc.fixturenames:
        return
    folder: Path | None = metafunc.config.getoption("--golden")
    if folder is None:
        metafunc.parametrize("golden_case", [pytest.param({}, id="none", marks=pytest.mark.skip(NO_FOLDER))])
        return
    if not folder.is_dir():
        raise pytest.UsageError(f"--golden {folder}: there is no such folder")
    cases = list(load(folder))
    metafunc.parametrize("golden_case", [pytest.param(case, id=case["id"]) for case in cases])


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Many small catalogs must not push the user's own out of the cache."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`golden: 41 passed, 0 failed, 34 not run`, and every case that was not run with its reason."""

    def of(outcome: str) -> list[pytest.TestReport]:
        reports = terminalreporter.stats.get(outcome, [])
        return [report for report in reports if "test_golden.py" in getattr(report, "nodeid", "")]

    passed, failed, skipped = of("passed"), of("failed") + of("error"), of("skipped")
    passed = [report for report in passed if report.when == "call"]
    if not (passed or failed or skipped):
        return
    terminalreporter.section("golden cases")
    terminalreporter.line(f"golden: {len(passed)} passed, {len(failed)} failed, {len(skipped)} not run")
    for report in [*failed, *skipped]:
        word = "failed" if report in failed else "not run"
        terminalreporter.line(f"  {_case(report)}: {_reason(report) if word == 'not run' else 'failed'}")


def _case(report: pytest.TestReport) -> str:
    return report.nodeid.partition("[")[2].removesuffix("]") or report.nodeid


def _reason(report: pytest.TestReport) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").removeprefix("not run: ")
