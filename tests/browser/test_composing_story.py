"""A KPI by formula in the browser: made, seen to compute, mended, kept, split, explained, changed; not by a viewer."""

from __future__ import annotations

import re

from tests.browser.site import Site, settle
from tests.browser.test_pages import faults

ASKED = "fetch('/api/v1/query?kpis=won_per_engaged&by=tier&period=last-12-months').then((told) => told.json())"
KEPT_VIEW = """fetch('/api/v1/session').then((told) => told.json()).then(({ csrf }) => fetch('/api/v1/views', {
    method: 'PUT', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' },
    body: JSON.stringify({ page: 'explore', name: 'Doubled', state: 'kpis=mrr,double_mrr', shared: false }) }))"""
WINS = (
    "fetch('/api/v1/accounts?columns=win_rate&sort=-win_rate&period=last-12-months&limit=1')"
    ".then((told) => told.json()).then((told) => told.account_id[0])"
)


def test_a_kpi_is_made_by_formula_seen_kept_split_and_explained(site: Site) -> None:
    with site.page() as page:
        page.goto("/catalog")
        page.get_by_role("link", name="New KPI by formula").click()
        settle(page)
        page.get_by_label("Find KPIs and measures").fill("won revenue")
        page.get_by_role("button", name=re.compile("sum of amount in opportunities.*status = 'won'")).first.wait_for()
        page.get_by_label("Find KPIs and measures").fill("sales revenue")
        page.get_by_role("button", name=re.compile(r"^Sales revenue\b.*sales_revenue")).first.click()
        formula = page.get_by_role("textbox", name="Formula")
        assert formula.input_value() == "sales_revenue"
        formula.press("End")
        formula.type(" / engaged_account.engaged")
        about = page.get_by_role("list", name="About the formula")
        about.get_by_text("There is no KPI 'engaged_account'.").wait_for()
        assert about.locator("mark").inner_text() == "engaged_account.engaged"
        assert page.get_by_role("button", name="Save to the catalog").is_disabled()
        about.get_by_role("button", name="Put it right").click()
        about.get_by_text("It can be read, and its units fit.").wait_for()
        settle(page)
        assert formula.input_value() == "sales_revenue / engaged_accounts.engaged"
        shown = page.get_by_test_id("outcome").inner_text()
        assert "€" in shown
        page.get_by_text("Engaged accounts as usual").click()
        page.get_by_label("Threshold of Engaged accounts").fill("40")
        page.get_by_text("Engaged accounts threshold 40").wait_for()
        settle(page)
        assert page.get_by_test_id("outcome").inner_text() != shown
        page.get_by_role("combobox", name="Unit").click()
        page.get_by_role("option", name="fraction").click()
        page.get_by_text("The formula gives money, not a share.").wait_for()
        page.get_by_role("combobox", name="Unit").click()
        page.get_by_role("option", name="money", exact=True).click()
        page.get_by_label("Label").fill("Won per engaged")
        page.get_by_label("Question").fill("What do we win for each account that deals with us?")
        assert page.get_by_label("Name").input_value() == "won_per_engaged"
        settle(page)
        assert faults(page) == []
        page.get_by_role("button", name="Save to the catalog").click()
        page.get_by_role("heading", name="Won per engaged", exact=True).wait_for()
        page.get_by_role("img", name=re.compile("^Lineage: .*engagements")).wait_for()
        told = page.evaluate(ASKED)
        page.get_by_role("link", name="Explore", exact=True).last.click()
        page.wait_for_url("**/explore**")
        page.goto("/explore?kpis=won_per_engaged&by=tier&period=last-12-months&grain=total")
        settle(page)
        table = page.get_by_role("table", name="Figures")
        assert table.get_by_role("row").count() == 1 + len(told["groups"])
        table.get_by_role("button", name=re.compile("^Won per engaged, A,")).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_text("sales_revenue.won_amount / engaged_accounts.engaged").first.wait_for()
        drawer.get_by_text("sum of amount in opportunities").first.wait_for()


def test_it_is_changed_and_removed_and_a_broken_state_breaks_nothing(site: Site) -> None:
    with site.page() as page:
        page.goto("/catalog/new?formula=mrr&label=Twice+the+MRR")
        settle(page)
        page.get_by_label("Question").fill("How much is twice?")
        page.get_by_role("button", name="Save to the catalog").click()
        page.get_by_role("link", name="Change", exact=True).click()
        formula = page.get_by_role("textbox", name="Formula")
        formula.fill("2 * mrr")
        settle(page)
        page.get_by_role("button", name="Save the change").click()
        page.get_by_role("heading", name="Twice the MRR", exact=True).wait_for()
        page.locator("pre", has_text="2 * mrr").wait_for()
        page.get_by_role("link", name="Change", exact=True).click()
        page.get_by_role("textbox", name="Name").fill("double_mrr")
        page.get_by_text("Nothing kept here asks it as twice_the_mrr.").wait_for()
        page.get_by_role("button", name="Save the change").click()
        page.wait_for_url("**/catalog/double_mrr")
        page.evaluate(KEPT_VIEW)
        page.get_by_role("link", name="Change", exact=True).click()
        page.get_by_role("textbox", name="Name").fill("twice")
        page.get_by_text("saved views: Doubled").wait_for()
        page.locator("button:disabled", has_text="Save the change").wait_for()
        page.go_back()
        page.get_by_role("button", name="Remove").click()
        asked = page.get_by_role("dialog")
        asked.get_by_text("saved views: Doubled").wait_for()
        asked.get_by_role("button", name="Remove it").click()
        page.get_by_role("heading", name="Catalog", exact=True).wait_for()
        for address in ("/explore?kpis=mrr,double_mrr", "/?cards=mrr&cards=double_mrr"):
            page.goto(address)
            page.get_by_text("is not in the catalog any more").wait_for()
            page.get_by_role("button", name=re.compile("^Monthly recurring revenue.*Explain$")).first.wait_for()
            page.get_by_role("button", name="Leave it out").click()
            page.get_by_text("is not in the catalog any more").wait_for(state="detached")
        page.goto("/catalog/double_mrr")
        page.get_by_text("No KPI named 'double_mrr'.").first.wait_for()
        site.troubles[:] = [one for one in site.troubles if "404" not in one and "400" not in one]


def test_a_viewer_may_not(site: Site) -> None:
    with site.page() as ada, site.page(signed_in=False) as vic:
        ada.goto("/people")
        ada.get_by_role("button", name="Invite").click()
        form = ada.get_by_role("dialog")
        form.get_by_label("Name").fill("Vic Low")
        form.get_by_label("E-mail").fill("vic@fenwyre.example")
        form.get_by_role("combobox", name="Role").click()
        ada.get_by_role("option", name="Viewer").click()
        form.get_by_role("button", name="Invite").click()
        vic.goto(ada.get_by_role("dialog").get_by_label("Link").input_value())
        vic.get_by_label("Choose a password").fill("seven quiet lamps shine on")
        vic.get_by_role("button", name="Begin").click()
        vic.get_by_role("heading", name="Overview").wait_for()
        vic.goto("/catalog")
        settle(vic)
        assert vic.get_by_role("link", name="New KPI by formula").count() == 0
        vic.goto("/catalog/new")
        vic.get_by_role("heading", name="Your role does not define KPIs").wait_for()


def test_a_benchmark_is_kept_and_told_with_its_source_wherever_the_kpi_stands(site: Site) -> None:
    with site.page() as page:
        page.goto("/catalog/win_rate")
        settle(page)
        panel = page.get_by_role("region", name="Benchmarks")
        panel.get_by_label("Value, or from (%)").fill("15")
        panel.get_by_label("To (%)").fill("25")
        panel.get_by_label("Source").fill("Survey of 312 companies")
        panel.get_by_label("As of").fill("2025-06-30")
        panel.get_by_role("button", name="Add").click()
        panel.get_by_role("list", name="Benchmarks kept").get_by_text("15.0% to 25.0%").wait_for()
        words = page.get_by_role("region", name="Now").get_by_role("list", name="Benchmarks")
        assert "Survey of 312 companies" in words.inner_text()
        settle(page)
        assert faults(page) == []
        page.goto("/explore?kpis=win_rate&period=last-4-quarters&grain=quarter")
        page.get_by_role("list", name="Benchmarks").get_by_text("15.0% to 25.0%").wait_for()
        settle(page)
        page.get_by_role("table", name="Figures").get_by_role("button").first.click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("list", name="Benchmarks").get_by_text("Survey of 312 companies").wait_for()
        account = page.evaluate(WINS)
        page.goto(f"/accounts/{account}?tab=figures&period=last-12-months")
        card = page.get_by_role("article", name="Win rate")
        card.get_by_role("note", name=re.compile("^Benchmark 15.0% to 25.0%, Survey of 312 companies")).hover()
        page.get_by_role("tooltip", name=re.compile("Survey of 312 companies, 30 Jun")).wait_for()
        page.goto(f"/accounts/{account}?period=last-12-months")
        page.get_by_role("region", name="Beside accounts like it").get_by_text("15.0% to 25.0%").wait_for()
        page.goto("/catalog/win_rate")
        page.get_by_role("button", name="Remove the benchmark of Survey of 312 companies").click()
        page.get_by_text("Survey of 312 companies").first.wait_for(state="detached")
