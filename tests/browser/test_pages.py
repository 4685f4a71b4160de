"""Every page in both themes: no accessibility fault, no complaint of the browser, nothing asked of others; and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.places import OUTSIDE, PLACES
from tests.browser.site import AXE, PHONE, WIDE, Site, settle

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
PARTS = 4  # the pages in turns, so that two workers share them
FADED = "() => document.getAnimations().every(one => one.playState !== 'running')"  # one theme's colours have become the other's
EXPECTED = ("404 (Not Found)",)  # the browser's own line about an answer that says so


def faults(page: Any, *rules: str) -> list[str]:
    """What axe finds, one line each; by some rules alone where they are named."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (make web)")
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations'], preload: false})", only)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_in_both_themes_and_no_wider_than_a_phone(site: Site, part: int) -> None:
    """Each is opened once: looked at in the light, in the dark, where colours alone are others, and on a phone."""
    wrong: dict[str, list[str]] = {}
    with site.page() as page:
        for name, path in list(PLACES.items())[part::PARTS]:
            site.troubles.clear()
            page.goto("about:blank")  # the page before is not painted again
            _look(page, "light", WIDE)
            page.goto(path)
            settle(page)
            found = faults(page) + ([] if page.title().endswith("accountlens") else [f"title {page.title()!r}"])
            _look(page, "dark", WIDE)
            found += [f"in the dark, {one}" for one in faults(page, "color-contrast")]
            _look(page, "dark", PHONE)
            settle(page)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{over} pixels wider than a phone"] if over > 0 else []
            found += [one for one in site.troubles if not one.endswith(EXPECTED)]
            if found:
                wrong[name] = found
    assert wrong == {}


def _look(page: Any, scheme: str, size: tuple[int, int]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if not page.url.startswith("about:"):
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        page.wait_for_function(FADED)


def test_the_door_is_sound_for_who_is_not_signed_in(site: Site) -> None:
    with site.page(signed_in=False) as page:
        for path in OUTSIDE.values():
            page.goto(path)
            settle(page)
            assert faults(page) == []


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
