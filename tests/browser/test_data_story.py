"""An analyst's first afternoon with the data: a match is reviewed, a faulty row mended, and the balance still adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.browser.site import Site, served, settle
from tests.test_merges import DATA, NOW

from accountlens.workspace import Workspace

ORDERS = "order_id,account_id,ordered_at,amount\nO1,a1,2024-03-02,100\nO2,a1,someday,250\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Accounts that may be one, a lead that waits, and an order whose day is none."""
    (tmp_path / "data").mkdir()
    for name, text in {**DATA, "orders": ORDERS}.items():
        (tmp_path / "data" / f"{name}.csv").write_text(dedent(text).strip() + "\n")
    (tmp_path / "accountlens.yaml").write_text("currency: EUR\nsources: {files: {path: data}}\n")
    Workspace(tmp_path).refresh(as_of=NOW)
    return tmp_path


@pytest.fixture
def messy(site: Site, folder: Path) -> Iterator[Site]:
    with served(folder) as (address, setup):
        yield Site(address, setup, site.browser)


def tile(page: Any, title: str) -> str:
    """The number of a tile."""
    found = page.get_by_role("group", name="The data at a glance").get_by_role("link").filter(has_text=title)
    return str(found.locator("strong").inner_text())


def test_a_match_is_reviewed_accepted_undone_and_counts_after_a_refresh(messy: Site, folder: Path) -> None:
    with messy.page() as page:
        page.goto("/data")
        settle(page)
        before = int(tile(page, "Of no account"))
        assert tile(page, "To decide") == "2"
        page.get_by_role("tab", name="Matching review").click()
        page.get_by_role("button", name="twin.com").click()
        page.get_by_role("heading", name="Whose is twin.com?").wait_for()
        page.get_by_role("button", name="It is this one: Twin One").click()
        assert "choice=is:a5" in page.url
        preview = page.get_by_role("region", name="What it would change")
        preview.get_by_text("1 row of leads").wait_for()
        assert not (folder / "matches.csv").exists()  # looking decides nothing
        page.get_by_label("Why").fill("they told us")
        page.get_by_role("button", name="Accept this match").click()
        status = page.get_by_role("status").filter(has_text="Decided")
        status.get_by_text("is Twin One").wait_for()
        assert "domain,twin.com,a5,accept" in (folder / "matches.csv").read_text()
        settle(page)
        assert tile(page, "To decide") == "1"
        status.get_by_role("button", name="Undo").click()
        status.wait_for(state="detached")
        assert "twin.com" not in (folder / "matches.csv").read_text()
        page.get_by_role("button", name="It is this one: Twin One").click()
        page.get_by_role("button", name="Accept this match").click()
        status.wait_for()
        Workspace(folder).refresh(as_of=NOW)
        page.reload()
        settle(page)
        assert int(tile(page, "Of no account")) == before - 1
        assert messy.troubles == []


def test_two_accounts_are_merged_and_taken_apart(messy: Site, folder: Path) -> None:
    with messy.page() as page:
        page.goto("/data?part=matches&item=account:a6")
        page.get_by_role("button", name="They are one: Twin One").click()
        page.get_by_text("would belong to another account").wait_for()
        page.get_by_role("button", name="Merge them").click()
        status = page.get_by_role("status").filter(has_text="counts as Twin One")
        status.wait_for()
        assert "a6,a5," in (folder / "merges.csv").read_text()
        page.reload()
        status.get_by_role("button", name="Undo").click()
        status.wait_for(state="detached")
        assert "a6" not in (folder / "merges.csv").read_text()


def test_a_quarantined_row_is_mended_and_taken_in(messy: Site, folder: Path) -> None:
    with messy.page() as page:
        page.goto("/data")
        settle(page)
        assert page.get_by_text("Nothing is lost: every table adds up.").count() == 1
        page.get_by_role("link", name=re.compile("rows of orders in quarantine")).click()
        page.get_by_role("button", name="Mend: orders, row").click()
        form = page.get_by_role("dialog")
        form.get_by_role("button", name="Keep the mended row").click()
        form.get_by_text("Nothing was changed").wait_for()
        form.get_by_label("ordered_at").fill("2024-03-09")
        form.get_by_role("button", name="Keep the mended row").click()
        page.get_by_text("1 row mended").wait_for()
        page.get_by_role("button", name=re.compile("^Mended, mend again")).wait_for()
        assert "2024-03-09" in (folder / "corrections.csv").read_text()
        Workspace(folder).refresh(as_of=NOW)
        page.goto("/data?part=quarantine")
        settle(page)
        assert tile(page, "In quarantine") == "0"
        page.get_by_role("heading", name="No row is in quarantine").wait_for()
        page.get_by_role("tab", name="Snapshots").click()
        page.get_by_role("table", name="Tables that differ").get_by_role("row").filter(has_text="orders").wait_for()


def test_mended_rows_come_back_as_a_file(messy: Site, folder: Path) -> None:
    with messy.page() as page:
        page.goto("/data?part=quarantine&table=orders")
        settle(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="CSV").click()
        sheet = taken.value.path().read_text()
        assert "someday" in sheet
        assert "order_id" in sheet.splitlines()[0]
        mended = folder / "mended.csv"
        mended.write_text(sheet.replace(",someday,", ",2024-03-09,"))
        page.get_by_label("A file of mended rows").set_input_files(mended)
        page.get_by_text("1 mended row kept").wait_for()
        assert "2024-03-09" in (folder / "corrections.csv").read_text()
