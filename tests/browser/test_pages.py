"""Every page in both themes: no accessibility fault, no complaint of the browser, nothing asked of others; and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.places import OUTSIDE, PLACES
from tests.browser.site import AXE, PHONE, Site, settle

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
EXPECTED = ("404 (Not Found)",)  # the browser's own line about an answer that says so


def faults(page: Any) -> list[str]:
    """What axe finds, one line each."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (make web)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_sound_in_both_themes(site: Site, scheme: str) -> None:
    wrong: dict[str, list[str]] = {}
    with site.page(scheme) as page:
        for name, path in PLACES.items():
            site.troubles.clear()
            page.goto(path)
            settle(page)
            found = faults(page) + [one for one in site.troubles if not one.endswith(EXPECTED)]
            found += [] if page.title().endswith("accountlens") else [f"title {page.title()!r}"]
            if found:
                wrong[name] = found
    assert wrong == {}


def test_the_door_is_sound_for_who_is_not_signed_in(site: Site) -> None:
    with site.page(signed_in=False) as page:
        for path in OUTSIDE.values():
            page.goto(path)
            settle(page)
            assert faults(page) == []


def test_no_page_is_wider_than_a_phone(site: Site) -> None:
    wide = {}
    with site.page(size=PHONE) as page:
        for name, path in PLACES.items():
            page.goto(path)
            settle(page)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wide[name] = over
    assert wide == {}


OPENED = {
    "ask bar": lambda page: (
        page.keyboard.press("/"),
        page.keyboard.type("win rate by tier foo"),
        page.wait_for_timeout(600),
    ),
    "keys": lambda page: page.keyboard.press("?"),
    "periods": lambda page: page.get_by_role("button", name="Period").click(),
    "filters": lambda page: (
        page.get_by_role("button", name="Filter", exact=True).click(),
        page.get_by_role("button", name="Segment", exact=True).click(),
        page.get_by_label("Enterprise").wait_for(),
    ),
    "person": lambda page: page.get_by_role("button", name="sign out").click(),
    "cards": lambda page: page.get_by_role("button", name="Choose cards").click(),
}


def test_whatever_opens_over_a_page_is_sound_too(site: Site) -> None:
    wrong = {}
    with site.page("dark") as page:
        for name, open_it in OPENED.items():
            page.goto("/")
            settle(page)
            open_it(page)
            page.wait_for_timeout(300)  # until it has slid in
            if found := faults(page):
                wrong[name] = found
    assert wrong == {}
