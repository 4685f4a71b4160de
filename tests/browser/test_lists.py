"""Lists in the browser: a list is imported with one wrong row, mended, saved and seen; changed in bulk; compared."""

from __future__ import annotations

import re

from tests.browser.site import Site, settle
from tests.browser.test_pages import faults

NAMES = "(count) => fetch(`/api/v1/accounts?limit=${count}`).then((told) => told.json()).then((told) => told.name)"


def test_a_list_is_imported_with_a_wrong_row_mended_and_saved(site: Site) -> None:
    with site.page() as page:
        page.goto("/lists")
        settle(page)
        names = page.evaluate(NAMES, 12)
        wrong = f"{names[11][:-1]}qx"
        page.get_by_role("button", name="New list").click()
        page.get_by_label("Name").fill("autumn pilot")
        page.get_by_role("button", name="Create").click()
        page.get_by_role("heading", name="Nobody stands on this list").wait_for()
        page.get_by_role("button", name="Import", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Accounts").fill("\n".join([*names[:11], wrong]))
        dialog.get_by_role("button", name="Check").click()
        dialog.get_by_text("12 rows: 1 has to be mended first.").wait_for()
        assert dialog.get_by_role("button", name="Save").is_disabled()
        problem = dialog.get_by_role("region", name="Rows to mend").get_by_role("listitem")
        assert re.search(rf"Row 12.*No account is called '{re.escape(wrong)}'", problem.inner_text(), re.DOTALL)
        assert faults(page) == []
        told = page.evaluate("fetch('/api/v1/lists/autumn pilot').then((told) => told.json())")
        assert told["total"] == 0, "nothing is written before all rows are right"
        dialog.get_by_role("button", name=f"Row 12: use {names[11]}").click()
        dialog.get_by_text("12 rows, all right: 12 will join.").wait_for()
        dialog.get_by_role("button", name="Save").click()
        page.get_by_text("12 joined").wait_for()
        page.get_by_text("12 changes of autumn pilot are not in the figures yet.").wait_for()
        page.get_by_role("table", name="Members of autumn pilot").get_by_role("link", name=names[11]).wait_for()
        page.reload()
        settle(page)
        assert page.get_by_role("table", name="Members of autumn pilot").get_by_role("row").count() == 13


def test_members_are_changed_in_bulk_by_keys_alone(site: Site) -> None:
    with site.page() as page:
        page.goto("/lists?list=target")
        settle(page)
        table = page.get_by_role("table", name="Members of target")
        ticks = table.get_by_role("checkbox")
        ticks.nth(0).focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        page.get_by_text("2 chosen").wait_for()
        page.get_by_role("button", name="Set tier …").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Tier").fill("Z")
        dialog.get_by_role("button", name="Save").click()
        page.get_by_text("2 tiers set").wait_for()
        page.get_by_text("None chosen").wait_for()
        page.get_by_text(re.compile(r"2 tiers are not in the figures yet")).wait_for()


def test_target_is_compared_with_control_and_every_figure_is_explained(site: Site) -> None:
    with site.page() as page:
        page.goto("/lists?list=target&part=compare&period=last-12-months")
        settle(page)
        lift = page.get_by_role("table", name="Lift by outcome")
        assert lift.get_by_role("row").count() == 6
        side = page.get_by_role("table", name="Target and control side by side")
        told = page.evaluate(
            "scope => fetch(`/api/v1/query?kpis=win_rate&period=last-12-months&scope=${scope}`).then(a => a.json())",
            "control",
        )
        side.get_by_role("button", name=re.compile("^Win rate, control")).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_text("Win rate").first.wait_for()
        assert "x.scope=control" in page.url
        shown = f"{told['kpis'][0]['value'][0] * 100:.1f}"
        drawer.get_by_text(re.compile(re.escape(shown))).first.wait_for()
