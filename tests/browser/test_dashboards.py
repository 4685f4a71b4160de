"""Dashboards: built from a template, changed by mouse and by keyboard, saved, shared; each sees his own accounts in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.site import PHONE, Site, settle
from tests.browser.test_pages import faults

PASSWORD = "tall windows hum softly"
INVITE = """async () => {
    const told = async (path, options) => (await fetch(`/api/v1/${path}`, options)).json();
    const { csrf } = await told("session");
    const { columns } = await told("accounts?columns=owner_id&limit=200");
    const body = { email: "bo@fenwyre.example", name: "Bo Manager", role: "account_manager", employee_id: columns[0].values.find((one) => one) };
    return told("users", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf } });
}"""


def build(page: Any, template: str) -> str:
    """A dashboard from a template, shown; its address."""
    page.goto("/dashboards")
    page.get_by_role("button", name=re.compile(f"^Build.*: {template}$")).click()
    page.get_by_role("button", name="Change", exact=True).wait_for()
    settle(page)
    return str(page.url)


def place(page: Any, title: str) -> tuple[float, float, float, float]:
    box = page.get_by_role("region", name=title, exact=True).bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def still(page: Any) -> None:
    """Wait until no tile is on its way."""
    moves = "document.getAnimations().filter(one => one instanceof CSSTransition)"
    page.evaluate(f"() => Promise.allSettled({moves}.map(one => one.finished))")


@pytest.fixture(scope="module")
def manager(site: Site) -> Iterator[Any]:
    """The browser of an account manager, invited as an admin does it."""
    with site.page() as page:
        page.goto("/")
        told = page.evaluate(INVITE)
        assert "link" in told, told
    with site.page(signed_in=False) as page:
        page.goto(told["link"])
        page.get_by_label("Choose a password").fill(PASSWORD)
        page.get_by_role("button", name=re.compile("Begin|Sign in|Join")).click()
        page.get_by_role("heading", name="Overview").wait_for()
        yield page


def test_a_dashboard_is_built_changed_and_kept(site: Site) -> None:
    with site.page() as page:
        address = build(page, "Executive month")
        page.get_by_role("button", name="Change", exact=True).click()
        page.get_by_role("button", name="Add a tile").click()
        page.get_by_role("combobox", name="KPIs").or_(page.get_by_role("textbox", name="KPIs")).first.fill(
            "conversations"
        )
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Add it").click()
        added = page.get_by_role("region", name="Conversations", exact=True)
        added.get_by_role("button", name=re.compile("Explain")).wait_for()

        x, _y, width, height = place(page, "Sales revenue")
        handle = page.get_by_role("button", name=re.compile("^Move Sales revenue"))
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        still(page)
        moved = place(page, "Sales revenue")
        assert moved[0] > x
        assert moved[3] > height

        handle = page.get_by_role("button", name=re.compile("^Move Conversations"))
        added.scroll_into_view_if_needed()
        before, box = place(page, "Conversations"), handle.bounding_box()
        page.mouse.move(box["x"] + 8, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(box["x"] + 420, box["y"] + 20, steps=6)
        page.mouse.up()
        still(page)
        dragged = place(page, "Conversations")
        assert dragged[0] > before[0]
        corner = page.locator(".react-grid-item", has=added).locator(".react-resizable-handle")
        at = corner.bounding_box()
        page.mouse.move(at["x"] + 10, at["y"] + 10)
        page.mouse.down()
        page.mouse.move(at["x"] + 160, at["y"] + 10, steps=6)
        page.mouse.up()
        still(page)
        assert place(page, "Conversations")[2] > dragged[2]

        page.get_by_role("link", name="Catalog").click()  # nothing is lost by leaving
        page.get_by_role("dialog", name="Leave without saving?").get_by_role("button", name="Stay").click()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="Change", exact=True).wait_for()
        page.get_by_role("button", name="Change", exact=True).click()  # and once more, upon what was saved
        page.get_by_role("button", name=re.compile("^Move Conversations")).press("Shift+ArrowDown")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="Change", exact=True).wait_for()
        page.goto(address)
        settle(page)
        assert place(page, "Conversations")[2] > width
        assert place(page, "Sales revenue")[0] == pytest.approx(moved[0], abs=2)

        menu = page.get_by_role("button", name="Menu of Sales revenue")
        menu.click()
        with page.expect_download() as taken:
            page.get_by_role("menuitem", name="Picture (PNG)").click()
        assert taken.value.suggested_filename == "sales-revenue.png"
        assert taken.value.path().read_bytes().startswith(b"\x89PNG")
        page.get_by_role("menu").wait_for(state="detached")
        menu.click()
        with page.expect_download() as taken:
            page.get_by_role("menuitem", name="Numbers (CSV)").click()
        assert "sales_revenue" in taken.value.path().read_text(encoding="utf-8")
        noted = page.request.get("/api/v1/audit").json()["lines"]
        assert [line["detail"]["form"] for line in noted[:2]] == ["text/csv", "image/png"]
        page.get_by_role("menu").wait_for(state="detached")
        page.route("**/api/v1/exports", lambda asked: asked.abort())
        menu.click()
        page.get_by_role("menuitem", name="Picture (PNG)").click()
        page.get_by_role("menuitem", name=re.compile("^No PNG: ")).wait_for()  # what is not noted is not taken


def test_a_number_of_a_tile_is_explained_under_the_tiles_own_conditions(site: Site) -> None:
    with site.page() as page:
        build(page, "Account-based marketing programme")
        number = page.get_by_role("region", name="Account reach", exact=True).get_by_role(
            "button", name=re.compile("Explain")
        )
        shown = number.inner_text()
        number.click()
        drawer = page.get_by_role("dialog", name="Explanation")
        drawer.get_by_role("heading", name="Formula").wait_for()
        assert shown in drawer.inner_text()
        assert "target" in drawer.inner_text()


def test_another_one_sees_it_by_its_link_with_his_own_accounts(site: Site, manager: Any) -> None:
    with site.page() as page:
        address = build(page, "Account manager's Monday")
        manager.goto(address)
        manager.get_by_role("alert").get_by_text("no such dashboard").wait_for()  # not shared yet
        page.get_by_role("button", name="Share").click()
        page.get_by_label("Everybody may look", exact=True).click()
        page.get_by_text("Yours · shared to look at").wait_for()
        page.get_by_text("Everybody sees the accounts that are his").wait_for()
        page.keyboard.press("Escape")
        manager.goto(address)
        settle(manager)
        rows = [one.get_by_role("table", name="My accounts, the largest first") for one in (page, manager)]
        counts = [int(one.get_attribute("aria-rowcount") or 0) for one in rows]
        assert 1 < counts[1] < counts[0]
        assert manager.get_by_role("button", name="Change", exact=True).count() == 0


def test_whoever_comes_second_loses_nothing(site: Site) -> None:
    with site.page() as one, site.page() as other:
        address = build(one, "Customer voice")
        other.goto(address)
        for page, name in ((one, "First"), (other, "Second")):
            page.get_by_role("button", name="Change", exact=True).click()
            page.get_by_role("button", name="Rename").click()
            page.get_by_role("dialog").get_by_label("Name").fill(name)
            page.get_by_role("dialog").get_by_role("button", name="Rename").click()
        one.get_by_role("button", name="Save", exact=True).click()
        one.get_by_role("button", name="Change", exact=True).wait_for()
        other.get_by_role("button", name="Save", exact=True).click()
        other.get_by_role("alert").get_by_text("Somebody saved this dashboard").wait_for()
        other.get_by_role("button", name="Keep mine as a copy").click()
        other.get_by_role("heading", name="Second (mine)").wait_for()
        one.reload()
        one.get_by_role("heading", name="First").wait_for()


def test_dashboards_are_sound_to_look_at_to_change_on_a_wall_and_on_a_phone(site: Site) -> None:
    wrong: dict[str, list[str]] = {}
    with site.page() as page:
        address = build(page, "Weekly pipeline")
    for scheme in ("light", "dark"):
        with site.page(scheme) as page:
            for path in ("/dashboards", address, f"{address}?edit=1", f"{address}?wall=1&every=30"):
                site.troubles.clear()
                page.goto(path)
                settle(page)
                if found := faults(page) + site.troubles:
                    wrong[f"{path} {scheme}"] = found
    assert wrong == {}
    with site.page(size=PHONE) as page:
        page.goto(address)
        settle(page)
        tiles = page.get_by_role("region")
        edges = {
            round(box["x"])
            for one in tiles.all()
            if (box := one.bounding_box()) and "Open pipeline" in (one.get_attribute("aria-label") or "")
        }
        assert len(edges) == 1  # one column
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
