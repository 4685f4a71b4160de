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
TIER = "&f.tier=A"  # of the sample company; none of the sets has tiers
CLAIMS = {  # what only a company with this entity may be told
    "No customer is at risk": "activities",
    "there never was one": "activities",
    "none is set": "contracts",
    "no open deal": "opportunities",
    "No open deal": "opportunities",
}
UNCOMPUTED, REFUSED = {"alert-rule-written": "activities"}, "status of 400"  # a draft is held against the data
NEVER = ("Whoever gave 0 to 6", "undefined", "NaN")  # no set asked whether it would be recommended
WIDER = "document.documentElement.scrollWidth > window.innerWidth"
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


def test_every_page_shows_what_there_is_and_says_what_is_missing(site: Site, example: Example, account: str) -> None:
    available = example.workspace.opened().available
    untrue = [*NEVER, *(claim for claim, entity in CLAIMS.items() if entity not in available)]
    wrong: dict[str, list[str]] = {}
    with site.page() as page:
        for name, path in PLACES.items():
            if name in FAULTY:
                continue
            site.troubles.clear()
            page.goto(path.replace(ACCOUNT, account).replace(TIER, ""))
            settle(page)
            needed = UNCOMPUTED.get(name)
            refused = REFUSED if needed and needed not in available else None
            found = [told for told in site.troubles if refused is None or refused not in told]
            found += page.locator("main [role=alert]").all_inner_texts()
            shown = page.locator("main").inner_text()
            found += [f"claims: {claim}" for claim in untrue if claim in shown]
            found += ["is wider than the window"] if page.evaluate(WIDER) else []
            if found:
                wrong[name] = found
    assert wrong == {}


def test_the_overview_begins_with_figures_that_are_known(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        cards = page.get_by_label("Figures").get_by_role("article").all_inner_texts()
        assert len(cards) == 8
        assert all("Needs" not in card for card in cards[:4])


def test_stages_without_data_are_not_told_to_be_empty(site: Site) -> None:
    with site.page() as page:
        page.goto("/funnel")
        settle(page)
        for stage in page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Target")).all():
            assert "0" not in stage.inner_text()
        assert "Add a table" in page.locator("main").inner_text()
