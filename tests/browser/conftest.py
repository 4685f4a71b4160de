"""A served company and a browser, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.browser.chromium import browser, program
from tests.browser.site import STATIC, Site, served

from accountlens.demo import generate
from accountlens.workspace import Workspace


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (it is one of the dev extras)")
    if program() is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    if not STATIC.is_file():
        pytest.skip("the browser application is not built (make web, which needs Node)")
    folder = _company(tmp_path_factory.mktemp("served"))
    with served(folder) as (address, setup), browser() as opened:
        yield Site(address, setup, opened)


def _company(folder: Path) -> Path:
    generate(folder, accounts=60, months=14, file_format="parquet")
    Workspace(folder).refresh(as_of=datetime(2026, 9, 30, 22))  # midnight in Berlin, the end of the generated data
    return folder
