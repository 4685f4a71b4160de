"""Alerts in the browser: one is found, its why read, snoozed, gone, and found again; a rule is written and its past read."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import Site, settle
from tests.browser.test_targets import invited

API = "/api/v1"
CHANGED = """async ([method, path, body]) => {
    const { csrf } = await (await fetch("/api/v1/session")).json();
    const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
    return (await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) })).status;
}"""
LOW = {"label": "Health is poor", "severity": "high", "when": {"kind": "threshold", "kpi": "health_score", "below": 55}}


def changed(page: Any, method: str, path: str, body: Any = None) -> int:
    status: int = page.evaluate(CHANGED, [method, path, body])
    return status


def state(page: Any, name: str) -> None:
    page.get_by_role("radiogroup", name="State").get_by_text(name, exact=True).click()
    settle(page)


def test_an_alert_is_found_read_snoozed_and_found_among_the_snoozed(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        assert changed(page, "PUT", "/alerts/rules/poor", {"rule": LOW, "on": True}) == 200
        page.goto("/")
        page.get_by_role("link", name=re.compile(r"^\d+ alerts$")).click()
        settle(page)
        group = page.locator("section", has=page.get_by_role("article")).first
        name = group.get_by_role("link").first.inner_text()
        alert = group.get_by_role("article", name="Health is poor")
        alert.get_by_text(re.compile("Health score: .* below 55")).wait_for()
        alert.get_by_text("Next:").wait_for()
        alert.get_by_role("button", name=re.compile("Health score: .* Explain")).click()
        page.get_by_role("dialog", name="Explanation").get_by_role("region", name="Formula").wait_for()
        page.get_by_role("button", name="Close the explanation").click()
        alert.get_by_role("button", name=f"Snooze Health is poor, {name}").click()
        page.get_by_role("button", name="7 days").click()
        expect(page.get_by_role("region", name=name, exact=True)).to_have_count(0)
        page.get_by_role("status").get_by_text("Snoozed until").wait_for()
        state(page, "Snoozed")
        assert "show=snoozed" in page.url
        asleep = page.get_by_role("region", name=name, exact=True)
        asleep.get_by_text("snoozed until").wait_for()
        asleep.get_by_role("link", name=name).click()
        page.get_by_role("region", name="Alerts").get_by_text("1 alert snoozed").click()
        page.get_by_role("button", name=f"Wake Health is poor, {name}").click()
        page.get_by_role("button", name=f"Take care of Health is poor, {name}").click()
        page.get_by_role("region", name="Alerts").get_by_text("taken care of by Ada Lind").wait_for()


def test_a_rule_is_written_its_past_read_and_an_account_manager_sees_his_accounts_alone(site: Site) -> None:
    with site.page() as page:
        page.goto("/alerts?part=rules")
        page.get_by_role("button", name="New rule").click()
        page.get_by_label("Below", exact=True).fill("70")
        page.get_by_text(re.compile(r"Would fire now for \d+ accounts? of")).wait_for()
        page.get_by_label("With", exact=True).fill("tierr = 'A'")
        page.get_by_text("Did you mean 'tier'?").wait_for()  # beside its field
        page.get_by_label("With", exact=True).fill("")
        page.get_by_text(re.compile(r"Would fire now for \d+ accounts? of")).wait_for()
        page.get_by_label("Called").fill("Health is middling")
        page.get_by_role("combobox", name="Proved right where the account").click()
        page.get_by_role("option", name="left", exact=True).click()
        page.get_by_role("button", name="Look back").click()
        test = page.get_by_role("region", name="Back-test")
        test.get_by_text(re.compile(r"of what fired, left within 90 days")).wait_for()
        page.get_by_label("Switched on").check()
        page.get_by_role("button", name="Save the rule").click()
        page.get_by_role("switch", name="Health is middling: on").wait_for()
        assert "rule=health_is_middling" in page.url
        everybody = page.request.get(f"{API}/alerts?rule=health_is_middling&limit=1000").json()["groups"]
    with invited(site, "account_manager") as page:
        page.goto("/alerts?rule=health_is_middling")
        settle(page)
        shown = set(page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").all_inner_texts())
        his = set(page.evaluate(OWN))
        assert shown == his & {one["whose"]["name"] for one in everybody}
        assert shown < {one["whose"]["name"] for one in everybody}
        page.get_by_role("tab", name="Rules").click()
        page.get_by_role("region", name="Back-test").wait_for()
        assert page.get_by_role("button", name="New rule").count() == 0
        assert page.get_by_role("switch").first.is_disabled()


OWN = "fetch('/api/v1/accounts?limit=200').then((told) => told.json()).then((told) => told.name)"


def test_a_rule_whose_past_lies_in_a_warehouse_is_looked_at_there_by_a_button(site: Site) -> None:
    """As if the rows lay there: what is asked there is answered by the company that is served."""

    def answer(route: Any) -> None:
        if "on=warehouse" in route.request.url:
            route.continue_(url=route.request.url.replace("?on=warehouse", ""))
        else:
            problem = {"title": "This is not kept here", "status": 400, "engine": "PostgreSQL", "may_ask": True}
            route.fulfill(status=400, json=problem, content_type="application/problem+json")

    with site.page() as page:
        page.route(re.compile("/api/v1/alerts/(preview|backtest)"), answer)
        page.goto("/alerts?part=rules&edit=*&offer=cooling_off")
        now = page.get_by_role("region", name="Now")
        now.get_by_role("button", name="Ask PostgreSQL").click()
        now.get_by_text("Would fire now for").wait_for()
        now.get_by_text("Answered by PostgreSQL").wait_for()
        page.get_by_role("button", name="Look back").click()
        page.get_by_role("alert").get_by_role("button", name="Ask PostgreSQL").click()
        past = page.get_by_role("region", name="Back-test")
        past.get_by_text("Would have fired").wait_for()
        expect(past.get_by_text("Answered by PostgreSQL")).to_be_visible()
    site.troubles.clear()
