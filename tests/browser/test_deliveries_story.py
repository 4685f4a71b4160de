"""A weekly digest is set up, sent at once and seen in the log; a webhook that is gone is told, mended, and sent again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.browser.site import Site, served, settle
from tests.delivery.conftest import FILES, SECRET
from tests.servers.api import Answer, Api, running
from tests.workspaces import write_files

from accountlens.boards.asked import COURSE, OfAccounts, read
from accountlens.boards.views import View
from accountlens.delivery.sheets import wanted
from accountlens.pages.accounts import Wanted
from accountlens.workspace import Workspace

CHANNELS = """delivery:
  channels:
    archive: {{type: folder, path: sent}}
    crm: {{type: webhook, url: '{url}/in', secret: '${{HOOK_SECRET}}'}}
"""
GONE = Answer("gone for good", 410)
VIEW = (
    "cols=tier,sales_revenue,sales_revenue.change,win_rate.course&sort=-sales_revenue&having=sales_revenue+%3E+0"
    "&f.tier=A&f.tier=C&period=2026-05&find=e"
)


@pytest.fixture
def hook() -> Iterator[Api]:
    with running(lambda asked: GONE) as api:
        yield api


@pytest.fixture
def folder(tmp_path: Path, hook: Api) -> Path:
    text = FILES["accountlens.yaml"] + CHANNELS.format(url=hook.url)
    written = write_files(tmp_path, {**FILES, "accountlens.yaml": text, "secrets.env": f"HOOK_SECRET={SECRET}\n"})
    Workspace(written).refresh(as_of=datetime(2026, 6, 1, 6))
    return written


@pytest.fixture
def small(site: Site, folder: Path) -> Iterator[Site]:
    with served(folder) as (address, setup):
        yield Site(address, setup, site.browser)


def choose(page: Any, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option).click()


def send_now(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"Send now: “{name}”").click()
    page.get_by_role("dialog").get_by_text("Sales revenue").first.wait_for()
    page.get_by_role("button", name="Send to 1 recipient").click()
    page.get_by_text(f"“{name}” is on its way").wait_for()


def test_a_delivery_is_written_sent_and_followed_and_what_failed_is_sent_again(
    small: Site, folder: Path, hook: Api
) -> None:
    with small.page() as page:
        page.goto("/settings?part=edit&name=Weekly&kpis=sales_revenue&span=2026-05")
        schedule = page.get_by_role("combobox", name="Schedule")
        schedule.fill("every Mumday 08:00")
        page.get_by_text("This is no schedule").wait_for()
        schedule.fill("0 8 * * MON")
        schedule.press("Tab")
        page.get_by_text("at 08:00 on Monday").wait_for()
        assert page.get_by_role("list", name="The next times").get_by_text("Mon").count() == 3
        choose(page, "Whose accounts are shown", "Every account")
        page.get_by_role("button", name="Show").click()
        page.get_by_text("1,350 EUR").wait_for()
        page.get_by_role("button", name="Add the delivery").click()
        page.get_by_role("region", name="Weekly").wait_for()
        send_now(page, "Weekly")
        page.get_by_role("region", name="Weekly").get_by_text("sent", exact=True).wait_for()
        assert "1,350 EUR" in next(folder.glob("sent/*/text.txt")).read_text()

        page.get_by_role("link", name="Edit “Weekly”").click()
        choose(page, "Channel", "crm (webhook)")
        page.get_by_role("button", name="Save").click()
        send_now(page, "Weekly")
        page.get_by_role("tab", name="What was sent 1").click()
        wrong = page.get_by_role("region", name="Needs a look")
        wrong.get_by_text("410").wait_for()
        hook.application = lambda asked: Answer("fine")
        wrong.get_by_role("button", name="Send again: “Weekly”").click()
        wrong.wait_for(state="detached")
        page.get_by_role("table", name="What was sent").get_by_text("sent", exact=True).nth(1).wait_for()
        assert [one.path for one in hook.asked] == ["/in", "/in"]
        page.get_by_role("tab", name="Deliveries").click()
        page.get_by_role("switch", name="Send “Weekly” by its schedule").click(force=True)
        page.get_by_text("not while it is switched off").wait_for()

        with page.expect_request(lambda one: "/api/v1/accounts?columns=tier" in one.url) as asked:
            page.goto(f"/accounts?{VIEW}")
        settle(page)
        assert sent_to(asked.value.url) == read_in_python(VIEW)
        page.get_by_role("button", name="Views").click()
        page.get_by_role("menuitem", name="Save this view").click()
        form = page.get_by_role("dialog")
        form.get_by_label("Name").fill("Largest of A")
        form.get_by_label("Everybody here may use it").check()
        form.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Largest of A").click()
        page.get_by_role("menuitem", name="Send regularly").click()
        settle(page)
        assert page.get_by_role("combobox", name="View").input_value() == "Accounts: Largest of A"
        choose(page, "Whose accounts are shown", "Every account")
        page.get_by_role("button", name="Show").click()
        page.get_by_text("Cedar · A · 1,000 EUR").wait_for()
        page.get_by_role("button", name="Add the delivery").click()
        page.get_by_role("region", name="Largest of A").wait_for()
    assert not small.troubles


def sent_to(address: str) -> Wanted:
    """What the page asked the server for."""
    told = parse_qs(urlsplit(address).query)
    several = {name: tuple(told.get(name, ())) for name in ("columns", "having", "stages", "lists")}
    one = {name: told[name][0] for name in ("sort", "search", "where", "period", "compare") if name in told}
    return Wanted(**several, **one)  # type: ignore[arg-type]


def read_in_python(state: str) -> Wanted:
    """What a delivery asks for by the same address."""
    asked = read(View("v", "u", "accounts", "V", state, True, datetime(2026, 6, 1)))
    assert isinstance(asked, OfAccounts)
    return wanted(asked, [key for key in asked.keys or () if not key.endswith(COURSE)])
