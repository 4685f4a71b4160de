"""A refresh begun on the Data page is followed to its end or its fault; filters offer what the data has."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import expect
from tests.browser.site import Site, settle
from tests.browser.test_pages import faults

NONE = {
    "state": "none", "by": "", "started_at": None, "ended_at": None, "doing": "", "done": 0, "total": 0,
    "snapshot": None, "seconds": None, "unread": [], "warnings": 0, "what": None, "where": None, "mend": None,
}  # fmt: skip
RUNNING = {
    **NONE,
    "state": "running",
    "by": "Ada Lind",
    "started_at": "2026-09-30T22:00:00Z",
    "doing": "checking deals",
}
FAILED = {**NONE, "state": "failed", "where": "deals.csv", "what": "It has no column closed_at.", "mend": "Map it."}


def test_a_refresh_is_begun_followed_and_its_fault_told(site: Site) -> None:
    """The server's part is tested over HTTP: here it is played, for a real one would change what others look at."""
    told: list[dict[str, Any]] = [NONE]

    def play(route: Any) -> None:
        if route.request.method == "POST":
            told[0] = {**RUNNING, "done": 2, "total": 5}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told[0]))

    with site.page() as page:
        page.route("**/api/v1/data/refresh", play)
        page.goto("/data")
        settle(page)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        button = page.get_by_role("button", name="Refresh now")
        button.click()
        page.get_by_text(re.compile("checking deals 2 of 5, begun by Ada Lind")).wait_for()
        assert button.is_disabled()
        assert page.get_by_role("progressbar", name="Progress of the refresh").get_attribute("aria-valuenow") == "40"
        assert faults(page) == []
        told[0] = {**NONE, "state": "done", "seconds": 12.4, "snapshot": "new"}
        page.get_by_text("Refreshed in 12 seconds.").wait_for()
        settle(page)
        assert any("/data/balance" in one for one in asked), "what is shown is asked again when it has ended"
        told[0] = NONE
        button.click()
        page.get_by_text(re.compile("checking deals")).wait_for()
        told[0] = FAILED
        page.get_by_text("deals.csv: It has no column closed_at. Map it.").wait_for()
        assert button.is_enabled()


def test_filters_offer_every_attribute_and_find_its_values(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        settle(page)
        dimensions = page.evaluate("fetch('/api/v1/dimensions').then((told) => told.json())")["dimensions"]
        page.get_by_role("button", name="Filter", exact=True).click()
        page.get_by_role("button", name="Industry", exact=True).wait_for()
        popover = page.get_by_role("dialog")
        expect(popover.get_by_role("button")).to_have_count(len(dimensions))
        values = page.evaluate("fetch('/api/v1/dimensions/country').then((told) => told.json())")
        popover.get_by_role("button", name="Country", exact=True).click()
        popover.get_by_role("checkbox").first.wait_for()
        wanted = values["values"][-1]
        if values["total"] > 8:
            popover.get_by_label("Find values").fill(wanted["label"][:4])
            popover.get_by_text(wanted["label"], exact=True).wait_for()
        popover.get_by_label(wanted["label"], exact=True).check()
        page.wait_for_url("**f.country=**")
        settle(page)
        assert faults(page) == []
