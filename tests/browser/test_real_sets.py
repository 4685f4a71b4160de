"""Every page on companies that were not made for it: where a set lacks data, the page says what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from tests.browser.chromium import browser, program
from tests.browser.places import FAULTY, PLACES
from tests.browser.site import STATIC, Site, served, settle
from tests.real.against import Example, run_example

SETS = {
    "maven_crm": ("maven_crm", datetime(2018, 1, 1)),
    "ravenstack_saas": ("ravenstack_saas", datetime(2025, 1, 1)),
    "online_retail": ("online_retail_2009_2010", datetime(2010, 12, 10)),
}
ACCOUNT = "A00002"  # of the places; an account of the set stands in for it
pytestmark = pytest.mark.long


@pytest.fixture(scope="module", params=SETS)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (it is one of the dev extras)")
    if program() is None or not STATIC.is_file():
        pytest.skip("no Chromium here, or the browser application is not built (make web)")
    data, now = SETS[request.param]
    return run_example(request.param, data, now, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def site(example: Example) -> Iterator[Site]:
    with served(example.workspace.folder) as (address, setup), browser() as opened:
        yield Site(address, setup, opened)


@pytest.fixture(scope="module")
def account(example: Example) -> str:
    opened = example.workspace.opened()
    opened.session.table("accounts")
    return str(opened.session.fetch("SELECT MIN(account_id) FROM accounts").fetchall()[0][0])


def test_every_page_shows_what_there_is_and_says_what_is_missing(site: Site, account: str) -> None:
    wrong: dict[str, list[str]] = {}
    with site.page() as page:
        for name, path in PLACES.items():
            if name in FAULTY:
                continue
            site.troubles.clear()
            page.goto(path.replace(ACCOUNT, account))
            settle(page)
            found = list(site.troubles)
            found += page.locator("main [role=alert]").all_inner_texts()
            if found:
                wrong[name] = found
    assert wrong == {}
