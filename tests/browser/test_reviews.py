"""Reviews in the browser: made, read, a number of it opened, frozen, taken; and beside what is known now."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import Site, settle
from tests.browser.test_pages import faults
from tests.browser.test_targets import invited

API = "/api/v1"
ALL_THE_SAME = "All figures are today what was reported."
# A review of the whole company, frozen by whoever is signed in.
FROZEN = """async () => {
    const { csrf } = await (await fetch("/api/v1/session")).json();
    const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
    const made = await fetch("/api/v1/reports/frozen", { method: "POST", headers, body: JSON.stringify({ cadence: "weekly" }) });
    return (await made.json()).frozen.id;
}"""


def region(page: Any, name: str) -> Any:
    return page.get_by_role("region", name=name, exact=True)


def restate(route: Any) -> None:
    """Today's figures with one that is another by now, as late rows make it (test_frozen.py)."""
    told = route.fetch().json()
    figure = next(one for one in told["figures"] if one["kpi"] == "sales_revenue")
    now = figure["reported"] + 5_000
    figure |= {
        "now": now,
        "change": 5_000,
        "same": False,
        "why": ["rows"],
        "words": ["Rows came late: won 9 (then 8)."],
    }
    route.fulfill(json={**told, "restated": 1})


def test_a_quarterly_review_is_made_read_frozen_and_set_beside_what_is_known_now(site: Site) -> None:
    with site.page() as page:
        page.goto("/reviews")
        before = page.request.get(f"{API}/reports").json()["frozen"]
        page.get_by_role("link", name="New review").click()
        page.get_by_role("radiogroup", name="Cadence").get_by_text("Quarterly").click()
        expect(page.get_by_role("combobox", name="Period")).to_have_value("Q3 2026")
        settle(page)
        region(page, "In short").get_by_text(
            re.compile(r"Customer acquisition cost stood at [\d,]+ EUR in Q3 2026")
        ).wait_for()
        assert page.request.get(f"{API}/reports").json()["frozen"] == before, "it is seen before it is frozen"
        page.get_by_role("button", name="Freeze").click()
        page.get_by_role("heading", name="Quarterly review: Q3 2026").wait_for()
        page.get_by_text(ALL_THE_SAME).wait_for()
        settle(page)
        assert faults(page) == []
        door = page.get_by_role("button", name=re.compile("^Sales revenue: .*Explain")).first
        value = door.inner_text()
        door.click()
        drawer = page.get_by_role("dialog", name="Explanation")
        drawer.get_by_text(value, exact=True).first.wait_for()
        assert "x.period=2026-Q3" in page.url
        assert "x.snapshot=" in page.url
        drawer.get_by_role("button", name="Close the explanation").click()
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as taken:
            page.get_by_role("menuitem", name="PDF").click()
        assert taken.value.suggested_filename == "quarterly-review-2026-q3-company.pdf"
        assert taken.value.path().read_bytes().startswith(b"%PDF")
        page.route("**/now", restate)
        page.reload()
        page.get_by_text("1 figure of").wait_for()
        page.get_by_role("radiogroup", name="Which figures").get_by_text("Known now").click()
        row = region(page, "Results of the quarter").get_by_role("row", name=re.compile("^Sales revenue restated"))
        row.get_by_text(value, exact=True).wait_for()
        row.get_by_text("+€5,000").wait_for()
        row.get_by_text("Rows came late").wait_for()
        settle(page)
        assert faults(page) == []


def test_an_account_manager_sees_reviews_of_his_own_accounts_only(site: Site) -> None:
    with invited(site, "account_manager") as page:
        page.goto("/reviews?cadence=weekly")
        page.get_by_role("link", name="New review").click()
        page.get_by_text(re.compile(r"Made of the \d+ accounts? that its reader sees")).first.wait_for()
        page.get_by_role("button", name="Freeze").click()
        page.get_by_role("heading", name=re.compile("^Weekly review")).wait_for()
        mine = page.url
        page.goto("/reviews")
        expect(page.get_by_role("list", name="Frozen reviews").get_by_role("listitem")).to_have_count(1)
        with site.page() as admins:
            admins.goto("/reviews")
            other = admins.evaluate(FROZEN)
            admins.goto(mine)  # the admin reads it, but cannot ask its figures again: he sees other accounts
            admins.get_by_role("heading", name=re.compile("^Weekly review")).wait_for()
            assert admins.get_by_role("button", name=re.compile("Explain$")).count() == 0
        for path in ("", "/now", "?format=pdf"):
            assert page.request.get(f"{API}/reports/frozen/{other}{path}").status == 404
        page.goto(f"/reviews/{other}")
        page.get_by_text("There is no frozen review").wait_for()
