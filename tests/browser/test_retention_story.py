"""A demand lead finds where accounts stick and who they are; a retention lead whom to look after, and who left."""

from __future__ import annotations

import csv
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.browser.site import PHONE, Site, settle


def rows_of(table: Any) -> int:
    """How many rows a table holds, those out of sight too."""
    return int(table.get_attribute("aria-rowcount") or 0) - 1


def asked(page: Any, path: str) -> Any:
    """What the API tells the page."""
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)


def test_a_demand_lead_finds_where_accounts_stick_and_opens_one(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.keyboard.press("g")
        page.keyboard.press("f")
        page.get_by_role("heading", name="Funnel and stages", level=1).wait_for()
        settle(page)
        told = asked(page, "/api/v1/journey?period=last-12-months")
        region = page.get_by_role("region", name="Who moved", exact=True)
        moved = region.get_by_role("table", name="Who moved")
        assert rows_of(moved) == len(told["moves"]) > 0
        back = page.get_by_role("region", name="Fell back", exact=True)
        assert back.locator("b").inner_text() == str(told["fell_back"])
        flows = page.get_by_role("region", name="Flows", exact=True).locator("button[data-way=on]")
        flows.first.click()
        page.wait_for_url("**from=**")
        count = int(flows.first.inner_text())
        assert rows_of(moved) == count
        chosen = parse_qs(urlsplit(page.url).query)
        assert count == sum(
            [one["stage_before"]] == chosen["from"] and [one["stage"]] == chosen["to"] for one in told["moves"]
        )
        moved.get_by_role("link").first.click()
        page.wait_for_url("**/accounts/*")
        page.go_back()
        settle(page)
        assert rows_of(moved) == count  # as it was left
        with page.expect_download() as taken:
            region.get_by_role("button", name="Who moved as CSV").click()
        assert len(list(csv.DictReader(taken.value.path().read_text(encoding="utf-8").splitlines()))) == count


def test_a_cohort_that_is_not_over_is_a_range(site: Site) -> None:
    with site.page() as page:
        page.goto("/funnel?stage=engaged&within=90")
        settle(page)
        told = asked(page, "/api/v1/cohorts?stage=engaged&period=last-12-months&grain=month&within_days=90")
        together = told["cohorts"][-1]
        table = page.get_by_role("table", name="Cohorts: entered in")
        last = table.locator("tr[data-total]")
        assert last.locator("td").nth(1).inner_text() == str(together["entered"])
        first = together["onward"][0]
        text = last.locator("td").nth(2).inner_text()
        assert ("–" in text) == (first["undecided"] > 0)
        assert f"{first['reached']} of {first['entered']} reached" in last.locator("td").nth(2).text_content()
        page.get_by_role("combobox", name="Days that count").click()
        page.get_by_role("option", name="within 30 days").click()
        page.wait_for_url("**within=30**")
        settle(page)
        shorter = asked(page, "/api/v1/cohorts?stage=engaged&period=last-12-months&grain=month&within_days=30")
        expected = shorter["cohorts"][-1]["onward"][0]
        assert f"{expected['reached']} of {expected['entered']} reached" in last.locator("td").nth(2).text_content()


def test_a_retention_lead_sees_who_is_at_risk_and_who_left(site: Site) -> None:
    with site.page() as page:
        page.goto("/revenue")
        settle(page)
        care = page.get_by_role("region", name="Whom to look after", exact=True)
        care.get_by_text("At risk", exact=True).click()
        page.wait_for_url("**care=at_risk**")
        risks = asked(page, "/api/v1/todo?kinds=at_risk&limit=1000")["items"]
        table = care.get_by_role("table", name="Whom to look after")
        assert rows_of(table) == len(risks) > 0
        assert table.get_by_role("link").all_inner_texts() == [one["name"] for one in risks]
        assert f"{risks[0]['numbers']['health']:.1f}" in table.locator("tbody tr").first.inner_text()

        movements = asked(page, "/api/v1/movements?period=last-12-months&grain=month&top=100")
        lost = next(one for one in movements["movements"] if one["movement"] == "churn")
        inside = page.get_by_role("region", name="Accounts in it")
        inside.get_by_role("button", name=re.compile("^Churn")).click()
        page.wait_for_url("**movement=churn**")
        left = inside.get_by_role("table", name="Accounts in Churn")
        assert rows_of(left) == lost["accounts"] > 0
        left.get_by_role("button", name=re.compile("Explain")).first.click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_role("heading", name="Net new MRR").wait_for()
        page.go_back()
        drawer.wait_for(state="detached")
        page.go_back()
        settle(page)
        assert "movement=" not in page.url


def test_renewals_are_summed_by_when_they_are_due_and_by_health(site: Site) -> None:
    """The sample company of the tests has none due: those told here are its accounts at risk, with contracts."""
    with site.page() as page:
        page.goto("/revenue?care=at_risk")
        settle(page)
        told = asked(page, "/api/v1/todo?kinds=at_risk&limit=1000")
        one = told["items"][0]
        made = [(10, 40, 7000), (25, None, 500), (45, 80, None), (90, 59, 1200)]
        items = [
            {
                **one,
                "kind": "renewal",
                "at_stake": value,
                "ids": [f"C{days}"],
                "numbers": {"days": days, "health": health},
            }
            for days, health, value in made
        ]
        page.route("**/api/v1/todo?kinds=renewal*", lambda route: route.fulfill(json={**told, "items": items}))
        page.goto("/revenue")
        settle(page)
        care = page.get_by_role("region", name="Whom to look after", exact=True)
        texts = care.locator("button[aria-pressed]").all_inner_texts()
        assert ["€7.50k" in texts[0], "–" in texts[1], "€1.20k" in texts[2]] == [True, True, True]
        assert "€7.00k at 1 in poor health" in texts[0]
        assert "poor" not in texts[1]
        table = care.get_by_role("table", name="Whom to look after")
        assert rows_of(table) == len(made)
        care.get_by_role("button", name=re.compile("^Within 30 days")).click()
        page.wait_for_url("**due=30**")
        assert rows_of(table) == 2
        page.go_back()
        page.unroute("**/api/v1/todo?kinds=renewal*")


def test_a_bar_that_is_clicked_lists_its_accounts_and_the_axis_says_where_it_starts(site: Site) -> None:
    with site.page() as page:
        page.goto("/revenue")
        settle(page)
        panel = page.get_by_role("region", name="Recurring revenue, from opening to closing")
        assert panel.get_by_text(re.compile("^The axis starts at")).is_visible()
        chart = panel.get_by_role("img")
        told = asked(page, "/api/v1/movements?period=last-12-months&grain=month&top=100")
        steps = told["steps"]
        new = sum(step["new"] for step in steps)
        floor = re.search(r"New \+(\S+),", chart.get_attribute("aria-label") or "")
        assert (floor is not None) == (new > 0)
        chart.scroll_into_view_if_needed()
        canvas = chart.locator("canvas")
        box = canvas.bounding_box()
        assert box is not None
        for across in range(30, 90, 3):  # somewhere along its row
            canvas.click(position={"x": box["width"] * across / 100, "y": 8 + 34 * 1.5})
            if "movement=new" in page.url:
                break
        assert "movement=new" in page.url
        new_ones = next(one for one in told["movements"] if one["movement"] == "new")
        page.get_by_role("region", name="Accounts in it").get_by_text(
            re.compile(f"by {new_ones['accounts']} account")
        ).wait_for()


def test_every_number_of_a_period_explains_itself_as_the_same_number(site: Site) -> None:
    with site.page() as page:
        page.goto("/revenue?period=last-quarter")
        settle(page)
        steps = asked(page, "/api/v1/movements?period=last-quarter&grain=month")["steps"]
        sums = {name: sum(step[name] for step in steps) for name in ("new", "churn")}
        whole = {"opening": steps[0]["opening"], **sums, "closing": steps[-1]["closing"]}
        row = page.get_by_role("table", name="Period by period").locator("tr[data-total]")
        for name, value in whole.items():
            row.get_by_role("button", name=re.compile(f"^{name},", re.I)).click()
            drawer = page.get_by_role("dialog")
            drawer.get_by_role("heading", name="Formula").wait_for()
            assert f"€{abs(value):,.2f}" in drawer.inner_text(), name
            page.keyboard.press("Escape")
            drawer.wait_for(state="detached")


def test_cohorts_are_told_by_customers_or_revenue_and_taken_away(site: Site) -> None:
    with site.page(size=PHONE) as page:
        page.goto("/revenue?cohorts=month")
        settle(page)
        panel = page.get_by_role("region", name="Retention by cohort", exact=True)
        panel.get_by_text("Customers", exact=True).first.click()
        page.wait_for_url("**kept=customers**")
        told = asked(page, "/api/v1/retention?period=last-12-months&grain=month")
        begun = [one for one in told["cohorts"] if one["began"]]
        assert rows_of(panel.get_by_role("table", name="Retention by cohort")) == len(begun) + 1
        with page.expect_download() as taken:
            panel.get_by_role("button", name="Retention by cohort as CSV").click()
        lines = list(csv.DictReader(taken.value.path().read_text(encoding="utf-8").splitlines()))
        assert [int(line["customers"]) for line in lines] == [count for one in begun for count in one["customers"]]
