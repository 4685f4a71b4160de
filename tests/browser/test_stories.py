"""What people do: come in, look, click a number down to its rows, ask, find, go back."""

from __future__ import annotations

import csv
import re
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import EMAIL, PASSWORD, Site, settle


def card(page: Any, label: str) -> Any:
    return page.get_by_role("region", name="Figures").get_by_role("article", name=label, exact=True)


def test_somebody_signs_in_is_led_to_where_he_wanted_and_signs_out(site: Site) -> None:
    with site.page():
        pass  # the admin exists
    with site.page(signed_in=False) as page:
        page.goto("/catalog?find=nps")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").first.fill("not the password")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").get_by_text("do not belong together").wait_for()
        page.get_by_label("Password").first.fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/catalog?find=nps")
        page.get_by_role("link", name="Net promoter score").first.wait_for()
        page.get_by_role("button", name=re.compile("sign out")).click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.wait_for_url("**/sign-in")
        page.goto("/")
        page.wait_for_url("**/sign-in")


def test_a_number_leads_to_its_explanation_its_rows_and_back(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        shown = card(page, "Win rate").get_by_role("button", name=re.compile("Explain")).inner_text()
        card(page, "Win rate").get_by_role("button", name=re.compile("Explain")).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("heading", name="Win rate").wait_for()
        assert shown in drawer.inner_text()
        won = drawer.locator("details", has_text="won").first
        count = int(won.locator("summary span").inner_text())
        won.get_by_role("button", name="count", exact=False).first.click()
        drawer.get_by_role("heading", name=f"won: {count} rows counted").wait_for()
        drawer.get_by_role("table", name="Rows").wait_for()
        assert int(drawer.get_by_role("table", name="Rows").get_attribute("aria-rowcount") or 0) == count + 1
        with page.expect_download() as taken:
            drawer.get_by_role("button", name="All as CSV").click()
        assert len(taken.value.path().read_text().splitlines()) == count + 1
        page.go_back()
        drawer.get_by_role("heading", name="Formula").wait_for()
        page.go_back()
        drawer.wait_for(state="detached")
        assert page.url == f"{site.address}/"


def test_the_filter_stands_in_the_address_and_back_undoes_it(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        before = card(page, "Monthly recurring revenue").inner_text()
        page.get_by_role("button", name="Filter", exact=True).click()
        page.get_by_role("button", name="Tier", exact=True).click()
        page.get_by_label("A", exact=True).check()
        page.wait_for_url("**/?f.tier=A")
        page.keyboard.press("Escape")
        settle(page)
        narrowed = card(page, "Monthly recurring revenue").inner_text()
        assert narrowed != before
        page.get_by_role("link", name="Catalog").click()
        page.wait_for_url("**/catalog?f.tier=A")  # goes along
        page.go_back()
        settle(page)
        assert card(page, "Monthly recurring revenue").inner_text() == narrowed
        page.go_back()
        settle(page)
        assert card(page, "Monthly recurring revenue").inner_text() == before


def test_cards_are_chosen_ordered_and_kept(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.get_by_role("button", name="Choose cards").click()
        page.get_by_label("Add a card").fill("customer satis")
        page.get_by_role("button", name="Customer satisfaction").click()
        page.get_by_role("button", name="Move Win rate up").click()
        page.get_by_role("button", name="Remove Health score").click()
        page.keyboard.press("Escape")
        page.goto("/")  # without the words of the address: as last chosen
        settle(page)
        labels = page.locator("main article h3").all_inner_texts()
        assert labels[0] == "Win rate"
        assert "Customer satisfaction" in labels
        assert "Health score" not in labels


def test_the_catalog_is_searched_and_a_definition_shows_its_lineage(site: Site) -> None:
    with site.page() as page:
        page.goto("/catalog")
        page.get_by_label("Find a KPI").fill("net rev")
        page.get_by_role("link", name="Net revenue retention", exact=True).click()
        page.get_by_role("heading", name="Net revenue retention", exact=True).wait_for()
        settle(page)
        assert "subscriptions feeds subscription_spans" in (
            page.get_by_role("img", name=re.compile("^Lineage")).get_attribute("aria-label") or ""
        )


def test_keys_lead_everywhere_and_close_what_is_open(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.keyboard.press("g")
        page.keyboard.press("k")
        page.get_by_role("heading", name="Catalog", level=1).wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Catalog"  # where a screen reader goes on
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keys").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name="Keys").wait_for(state="detached")
        page.keyboard.press("/")
        page.keyboard.type("explore")
        page.get_by_role("option", name=re.compile("Explore")).first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/explore")


def test_the_theme_stays_as_it_was_chosen(site: Site) -> None:
    with site.page("light") as page:
        page.goto("/")
        settle(page)
        page.get_by_role("button", name=re.compile("sign out")).click()
        page.get_by_text("Dark", exact=True).click()
        page.reload()
        settle(page)
        assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"


def test_a_sentence_is_answered_with_what_was_understood(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.get_by_role("button", name="Menu of Win rate", exact=True).focus()
        page.keyboard.press("Enter")
        with page.expect_download() as taken:
            page.get_by_role("menuitem", name="Numbers (CSV)").click()
        months = list(csv.DictReader(taken.value.path().read_text(encoding="utf-8").splitlines()))
        assert [month["period"] for month in months] == [f"2025-{n}" for n in (10, 11, 12)] + [
            f"2026-0{n}" for n in range(1, 10)
        ]
        assert all(float(month["lower"]) <= float(month["value"]) <= float(month["upper"]) for month in months)
        page.get_by_role("menu").wait_for(state="detached")
        page.keyboard.press("/")
        page.keyboard.type("churn")
        page.get_by_role("option", name="Churn MRR Did you mean").click()
        box = page.get_by_role("combobox", name="Ask, or find")
        assert box.input_value() == "Churn MRR"
        box.fill("win rte by teir last 4 quarters please")
        page.get_by_role("option", name=re.compile("please.*Win rate.*by tier.*Answer")).wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/explore?*kpis=win_rate&by=tier*")
        settle(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Win rate as PNG").click()
        assert taken.value.path().read_bytes().startswith(b"\x89PNG")
        page.get_by_text("was read as").wait_for()
        table = page.get_by_role("table", name="Figures")
        table.get_by_text("Group", exact=True).wait_for()
        assert len(table.locator("th").all_inner_texts()) == 5  # the group and four quarters
        table.get_by_role("button", name=re.compile("^Win rate, A,")).first.click()
        page.get_by_role("dialog").get_by_text("Tier A").wait_for()


def test_a_server_that_goes_and_comes_back_is_told_and_shown_anew(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.route("**/api/**", lambda asked: asked.abort())
        page.get_by_role("button", name=re.compile("^Period")).click()
        page.get_by_role("button", name="Last month", exact=True).click()
        page.get_by_role("status").get_by_text("The server does not answer").wait_for()
        page.unroute("**/api/**")
        page.get_by_role("status").get_by_text("The server does not answer").wait_for(state="detached")
        settle(page)
        card(page, "Win rate").get_by_role("button", name=re.compile("Explain")).wait_for()
    site.troubles.clear()


def test_a_question_that_cannot_be_asked_says_what_is_wrong_and_how_to_mend_it(site: Site) -> None:
    with site.page() as page:
        page.goto("/explore?kpis=win_rat")
        alert = page.get_by_role("alert")
        alert.get_by_text("win_rat", exact=False).first.wait_for()
        assert "win_rate" in alert.inner_text()
    site.troubles.clear()


def test_a_question_whose_rows_lie_elsewhere_is_asked_there_by_one_button(site: Site) -> None:
    """As if the rows lay in a warehouse: what is asked there is answered by the company that is served."""

    def answer(route: Any) -> None:
        asked = route.request.url
        if "on=warehouse" in asked:
            route.continue_(url=asked.replace("on=warehouse&", "").replace("&on=warehouse", ""))
        else:
            problem = {"title": "This is not kept here", "status": 400, "engine": "PostgreSQL", "may_ask": True}
            route.fulfill(status=400, json=problem, content_type="application/problem+json")

    with site.page() as page:
        page.route("**/api/v1/query?*", answer)
        page.goto("/explore?kpis=win_rate&by=tier&period=2026-05-03..2026-06-20")
        alert = page.get_by_role("alert")
        alert.get_by_role("heading", name="This is not kept here").wait_for()
        alert.get_by_role("button", name="Ask PostgreSQL").click()
        page.get_by_text("Answered by PostgreSQL").wait_for()
        expect(alert).to_have_count(0)
        expect(page.get_by_role("heading", name="Table")).to_be_visible()
    site.troubles.clear()
