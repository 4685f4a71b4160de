"""The story of a goal: pick it, see what is missing, start, set a target, land on its dashboard."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import Site, settle
from tests.browser.test_pages import faults

API = "/api/v1"
WITHOUT = {"entity": "tickets", "first_step": "Export tickets.", "mend": "Add a table.", "systems": ["Zendesk"]}


def without_tickets(route: Any) -> None:
    """The goal as it is told where no source has tickets; the sample company has some."""
    answer = route.fetch()
    told = answer.json()
    for one in told["serving"]:
        one["lacks"] = [WITHOUT] if one["kpi"] in ("first_response_time", "resolution_time") else []
    route.fulfill(response=answer, json={**told, "known": told["kpis"] - 2})


def frozen(page: Any) -> list[str]:
    return [one["id"] for one in page.request.get(f"{API}/reports").json()["frozen"] if "Stability" in one["name"]]


def test_what_a_goal_lacks_is_told_with_how_to_begin(site: Site) -> None:
    with site.page() as page:
        page.route(f"**{API}/goals/satisfaction", without_tickets)
        page.goto("/goals/satisfaction")
        settle(page)
        expect(page.get_by_role("article", name="First response time")).to_contain_text("Needs tickets")
        missing = page.get_by_role("region", name="What is missing")
        expect(missing).to_contain_text("adds First response time and Resolution time")
        expect(missing).to_contain_text("From Zendesk it is taken ready mapped.")
        assert faults(page) == []


def test_a_goal_is_picked_and_started(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        page.get_by_role("link", name="Goals").click()
        page.get_by_role("link", name="Stability").click()
        leading = page.get_by_role("region", name="Leading")
        leading.get_by_role("article", name="Health score").get_by_role("button", name=re.compile("Explain")).wait_for()
        settle(page)
        assert faults(page) == []
        page.get_by_role("button", name="Start with this goal").click()
        page.get_by_role("region", name="Targets", exact=True).get_by_text("7 to fill in").wait_for()
        (first,) = frozen(page)
        page.get_by_role("link", name=re.compile("Where you began")).wait_for()

        churn = page.get_by_label(re.compile("Target of Logo churn"))
        churn.fill("40")
        page.get_by_role("button", name="Save").click()
        page.get_by_text(re.compile("40 would be 4,000 %")).wait_for()
        churn.fill("2%")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("6 to fill in").wait_for()
        expect(churn).to_have_value("")
        settle(page)
        assert faults(page) == []

        page.get_by_role("link", name="Open the dashboard").click()
        page.get_by_role("heading", name="Stability").wait_for()
        page.get_by_text("Logo churn").first.wait_for()
        address = page.url
        page.goto("/goals/stability")
        settle(page)
        assert page.get_by_role("button", name="Start with this goal").count() == 0
        assert page.get_by_role("link", name="Open the dashboard").get_attribute("href") in address
        assert frozen(page) == [first]
