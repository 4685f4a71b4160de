"""Targets in the browser: a manager sets them as in a spreadsheet, sees how they run, splits one; others only look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import PASSWORD, PHONE, Site, settle
from tests.browser.test_pages import faults

API = "/api/v1"
SHEET = "/targets?kpi=sales_revenue&year=2026"
# Somebody of the staff whom the owner of accounts reports to, and the owner himself.
INVITED = """async ([role, who]) => {
    const told = async (path) => (await fetch(`/api/v1${path}`)).json();
    const { csrf } = await told("/session");
    const { rows } = await told("/query?kpis=engaged_accounts&by=owner_id&period=last-12-months").then((one) => ({ rows: one.groups }));
    const owner = rows.map((one) => one.by.owner_id).find((one) => one && !one.startsWith("("));
    const body = { email: `${role}-${crypto.randomUUID()}@fenwyre.example`, name: "Mona Lead", role, employee_id: who || owner };
    const made = await fetch("/api/v1/users", { method: "POST", headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return (await made.json()).path;
}"""
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def sheet(page: Any) -> Any:
    return page.get_by_role("grid", name=re.compile("Targets for"))


def cell(page: Any, name: str) -> Any:
    return sheet(page).get_by_role("gridcell", name=re.compile(f"^{re.escape(name)}: "))


@contextmanager
def invited(site: Site, role: str, employee: str = "") -> Iterator[Any]:
    """The browser of somebody else, with that role."""
    with site.page() as page:
        page.goto("/")
        path = page.evaluate(INVITED, [role, employee])
    with site.page(signed_in=False) as page:
        page.goto(path)
        page.get_by_label("Choose a password").fill(PASSWORD + " indeed")
        page.get_by_role("button").last.click()
        page.get_by_role("heading", name="Overview").wait_for()
        yield page


def test_a_manager_sets_targets_and_sees_how_they_run(site: Site) -> None:
    with invited(site, "manager") as page:
        page.goto(SHEET)
        settle(page)
        assert cell(page, "Company, 2026-Q3").count() == 0  # he does not see all of it
        owner = sheet(page).get_by_role("rowheader").first.inner_text().splitlines()[0]
        cell(page, f"{owner}, 2026-Q2").click()
        page.evaluate(PASTE, "1,000\t€900M\r\n")
        expect(cell(page, f"{owner}, 2026-Q3")).to_have_attribute("data-state", "dirty")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("much")
        page.keyboard.press("g")  # letters begin no amount
        expect(cell(page, f"{owner}, 2026-Q4")).to_be_focused()
        page.keyboard.type("+10%")
        page.keyboard.press("Enter")
        page.get_by_text("3 changes not saved").wait_for()
        assert page.request.get(f"{API}/targets").json()["targets"] == [], "nothing is kept before it is saved"
        page.get_by_role("button", name="Save").click()
        page.get_by_text("3 targets in force").wait_for()
        settle(page)
        cell(page, f"{owner}, 2026-Q2").click()
        page.get_by_role("region", name=f"{owner}, Q2 2026").get_by_text("Reached", exact=True).first.wait_for()
        cell(page, f"{owner}, 2026-Q3").click()
        page.get_by_role("region", name=f"{owner}, Q3 2026").get_by_text("Missed", exact=True).wait_for()
        page.get_by_role("group", name=re.compile("Target: Missed")).first.wait_for()
        assert faults(page) == []


def test_what_is_wrong_is_told_beside_its_cell_and_nothing_is_kept(site: Site) -> None:
    with site.page() as page:
        page.goto("/targets?kpi=win_rate&of=tier&year=2027")
        settle(page)
        before = page.request.get(f"{API}/targets?kpi=win_rate").json()["targets"]
        cell(page, "A, 2027-Q1").click()
        page.keyboard.type("40%")
        page.keyboard.press("Tab")
        page.keyboard.type("40")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("alert").get_by_text("40%").wait_for()
        expect(cell(page, "A, 2027-Q2")).to_have_attribute("data-state", "faulty")
        assert page.request.get(f"{API}/targets?kpi=win_rate").json()["targets"] == before
        page.get_by_role("link", name="Overview").click()
        page.get_by_role("dialog").get_by_role("button", name="Stay").click()
        page.get_by_role("button", name="Discard").click()
        expect(cell(page, "A, 2027-Q1")).not_to_have_attribute("data-state", "dirty")


def test_a_target_is_split_over_owners_and_stands_on_the_overview(site: Site) -> None:
    with site.page() as page:
        page.goto(SHEET)
        settle(page)
        cell(page, "Company, 2026-Q3").click()
        page.keyboard.type("2m")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Save").click()
        cell(page, "Company, 2026-Q3").click()
        page.get_by_role("button", name="Split …").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Remainder").wait_for()
        dialog.get_by_role("button", name=re.compile(r"Set \d+ target")).click()
        expect(dialog).to_be_hidden()
        settle(page)
        page.get_by_text(re.compile(r"\d+ of \d+ owners have a part")).wait_for()
        told = page.request.get(f"{API}/targets?kpi=sales_revenue&scope=owner&period=2026-Q3").json()["targets"]
        assert round(sum(one["worth"] for one in told)) == 2_000_000
        assert page.locator("li", has_text="€2,000,000").count() == 1  # in its history
        page.goto("/?period=2026-Q3&cards=sales_revenue&cards=win_rate")
        card = page.get_by_role("article", name="Sales revenue")
        card.get_by_text(re.compile("of €2.00m", re.IGNORECASE)).wait_for()
        card.get_by_role("group", name=re.compile("^Target: ")).wait_for()
        assert page.get_by_role("article", name="Win rate").get_by_role("group").count() == 0
        page.goto("/explore?kpis=sales_revenue&by=owner_id&period=2026-Q3")
        table = page.get_by_role("table", name="Figures")
        table.get_by_role("row", name=re.compile("^Total .*€2.00m .*(reached|missed)", re.IGNORECASE)).wait_for()
        owners = table.get_by_role("row", name=re.compile("reached|missed"))
        expect(owners).to_have_count(len(told) + 1)  # a target of each stands beside his figure


def test_an_account_manager_looks_and_changes_nothing(site: Site) -> None:
    with invited(site, "account_manager") as page:
        page.goto(SHEET)
        settle(page)
        sheet(page).get_by_role("gridcell").first.click()
        page.keyboard.type("5")
        page.keyboard.press("Delete")
        assert page.get_by_text("not saved").count() == 0
        assert page.get_by_role("button", name="Import").count() == 0
        csrf = page.evaluate("fetch('/api/v1/session').then((told) => told.json()).then((told) => told.csrf)")
        headers = {"X-CSRF-Token": csrf, "Origin": site.address}
        body = {"kpi": "sales_revenue", "scope": "company", "period": "2026-Q4", "amount": 5}
        for path, sent in (("/targets", body), ("/targets/import", {"text": "kpi,scope,period,amount\n"})):
            assert page.request.post(f"{API}{path}", data=sent, headers=headers).status == 403


def test_the_sheet_is_usable_on_a_phone(site: Site) -> None:
    with site.page(size=PHONE) as page:
        page.goto(SHEET)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert faults(page) == []
