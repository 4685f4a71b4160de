"""What an account manager does: find who cools off and see why, walk the table by keys, take along what is seen."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect
from tests.browser.site import PASSWORD, Site, settle

API = "/api/v1"
COOLS = "Marimund Brewing"  # by the story of the generated company it does less and less, from May on
MOVES = "?cols=tier,owner_id,mrr,mrr.change,health_score&sort=-mrr&having=mrr+>+0"


def grid(page: Any) -> Any:
    return page.get_by_role("grid", name="Accounts")


def names(page: Any) -> list[str]:
    told: list[str] = grid(page).locator("tbody th[scope=row]").all_inner_texts()
    return told


def test_who_cools_off_is_found_and_why_is_told(site: Site) -> None:
    with site.page() as page:
        page.goto("/accounts")
        settle(page)
        page.get_by_role("button", name="All accounts").click()
        page.get_by_role("menuitem", name=re.compile("Cooling off")).click()
        page.wait_for_url("**sort=health_score.change**")
        settle(page)
        changes = grid(page).locator("tbody td:nth-child(6)").all_inner_texts()
        fell = [float(re.sub(r"[^\d.]", "", one.split("pts")[0])) for one in changes]
        assert fell == sorted(fell, reverse=True)
        assert len(fell) > 3
        assert COOLS in names(page)[:5]
        page.get_by_role("link", name=COOLS).click()
        page.get_by_role("heading", name=COOLS, level=1).wait_for()
        settle(page)
        assert "Health fell from" in page.get_by_role("region", name="Next steps").inner_text()
        changed = page.get_by_role("region", name="What changed").inner_text()
        assert re.search(r"Adoption\s+\d+ → \d+ −\d+", changed)
        page.get_by_role("tab", name="Timeline").click()
        page.get_by_role("group", name="Kinds").get_by_text("Health", exact=True).click()
        page.wait_for_url("**kinds=health**")
        settle(page)
        told = page.locator("section[aria-label] time + *, section li").all_inner_texts()
        assert told
        assert all("Health" in one for one in told)
        page.go_back()
        page.go_back()
        page.go_back()
        page.wait_for_url("**sort=health_score.change**")
        expect(page.get_by_role("link", name=COOLS)).to_be_visible()


def test_keys_walk_the_table_and_open_an_account(site: Site) -> None:
    with site.page() as page:
        page.goto("/accounts")
        settle(page)
        first = names(page)
        grid(page).get_by_role("link", name=first[0]).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name=first[2])).to_be_focused()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.closest('[data-cell]').dataset.cell") == "2:1"
        page.keyboard.press("Home")
        page.keyboard.press("Control+End")
        page.keyboard.press("Home")
        last = grid(page).locator("tbody th[scope=row]").last
        expect(last.get_by_role("link")).to_be_focused()
        assert grid(page).get_attribute("aria-rowcount") == "61"
        name = last.inner_text()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=name, level=1).wait_for()
        page.go_back()
        settle(page)
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.get_by_role("heading", name="Accounts", level=1).wait_for()


def test_columns_are_chosen_sorted_and_kept_as_a_view(site: Site) -> None:
    with site.page() as page:
        page.goto("/accounts?cols=tier")
        settle(page)
        page.get_by_role("button", name="Columns", exact=True).click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_label("Add a column").fill("net promoter")
        drawer.get_by_text("Value", exact=True).first.click()
        page.wait_for_url("**cols=tier&cols=nps**")
        page.keyboard.press("Escape")
        grid(page).get_by_role("button", name="Net promoter score", exact=True).click()
        page.wait_for_url("**sort=-nps**")
        settle(page)
        figures = grid(page).locator("tbody td:nth-child(3)").all_inner_texts()
        known = [float(one.replace("−", "-")) for one in figures if one != "–"]
        assert known
        assert known == sorted(known, reverse=True)
        assert figures.index("–") == len(known)  # unknown comes last
        page.get_by_role("button", name="Views").click()
        page.get_by_role("menuitem", name=re.compile("Save this view")).click()
        page.get_by_label("Name").fill("By their word")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="By their word").wait_for()
        page.goto("/accounts")
        page.get_by_role("button", name="All accounts").click()
        page.get_by_role("menuitem", name="By their word").click()
        page.wait_for_url("**sort=-nps**")


def test_the_csv_is_what_is_seen(site: Site) -> None:
    with site.page() as page:
        page.goto(f"/accounts{MOVES}")
        settle(page)
        seen = [
            [cell.strip() for cell in row.locator("th, td").all_inner_texts()]
            for row in grid(page).locator("tbody tr[aria-rowindex]").all()
        ]
        with page.expect_download() as taken:
            page.get_by_role("button", name="CSV").click()
        rows = list(csv.reader(taken.value.path().read_text("utf-8").splitlines()))
    head, told = rows[0], rows[1:]
    assert head[1:] == [
        "Account",
        "Tier",
        "Owner",
        "Monthly recurring revenue",
        "Monthly recurring revenue, change",
        "Health score",
    ]
    assert len(told) >= len(seen) > 10
    for line, row in zip(seen, told, strict=False):
        assert line[:3] == row[1:4]
        assert line[5] == ("–" if row[6] == "" else f"{float(row[6]):.1f}")
    revenue = [float(row[4]) for row in told]
    assert revenue == sorted(revenue, reverse=True)
    assert min(revenue) > 0


@contextmanager
def account_manager(site: Site) -> Iterator[tuple[Any, str, str]]:
    """A page of somebody who sees the accounts of one employee; the name of that employee, and an account of another's."""
    with site.page() as page:
        page.goto("/accounts")
        session = page.evaluate(f"fetch('{API}/session').then(r => r.json())")
        all_ = page.evaluate(f"fetch('{API}/accounts?columns=owner_id&limit=500').then(r => r.json())")
        owners, called = all_["columns"][0]["values"], all_["columns"][0]["names"]
        mine = next(one for one in owners if one)
        other = next(id for id, owner in zip(all_["account_id"], owners, strict=True) if owner and owner != mine)
        body = {
            "email": f"{mine}@fenwyre.example",
            "name": "Sam Seller",
            "role": "account_manager",
            "employee_id": mine,
        }
        told = page.request.post(
            f"{API}/users", data=body, headers={"X-CSRF-Token": session["csrf"], "Origin": site.address}
        )
        assert told.ok, told.text()
        path = told.json()["path"]
    with site.page(signed_in=False) as page:
        page.goto(path)
        page.get_by_label("Choose a password").fill(PASSWORD + " indeed")
        page.get_by_role("button").last.click()
        page.get_by_role("heading", name="Overview").wait_for()
        yield page, called[mine], other


def test_an_account_manager_sees_his_accounts_and_no_other_by_any_address(site: Site) -> None:
    with account_manager(site) as (page, mine_name, other):
        page.goto("/accounts?cols=account_id,owner_id")
        settle(page)
        assert 1 < int(grid(page).get_attribute("aria-rowcount")) < 61  # some of the 60, and the headings
        page.get_by_role("row", name=mine_name).first.wait_for()
        assert other not in grid(page).locator("tbody td:nth-child(2)").all_inner_texts()
        page.goto(f"/accounts?find={other}")
        page.get_by_text("No account fits").wait_for()
        page.goto(f"/accounts/{other}")
        page.get_by_role("alert").wait_for()
        assert page.get_by_role("tab").count() == 0
        for part in ("", "/timeline", "/people", "/peers", "/opportunities", "/revenue"):
            assert page.request.get(f"{API}/accounts/{other}{part}").status == 404


def hundred_thousand(route: Any, asked: list[int]) -> None:
    """Answers as the API does, for 100,000 accounts without figures."""
    words = parse_qs(urlsplit(route.request.url).query)
    offset, limit = int(words.get("offset", ["0"])[0]), int(words["limit"][0])
    if "groups" not in words:
        asked.append(offset)
    ids = [f"A{place:06}" for place in range(offset, min(100_000, offset + limit))]
    tier = {"column": "tier", "kind": "attribute", "type": "VARCHAR", "values": ["A"] * len(ids)}
    told = {"snapshot": "s", "currency": "EUR", "total": 100_000, "offset": offset, "next": None, "groups": None}
    route.fulfill(json={**told, "account_id": ids, "name": [f"Account {id}" for id in ids], "columns": [tier]})


def test_any_of_a_hundred_thousand_accounts_is_reached_and_only_those_in_sight_are_asked_for(site: Site) -> None:
    asked: list[int] = []
    with site.page() as page:
        page.route(re.compile(r"/api/v1/accounts\?"), lambda route: hundred_thousand(route, asked))
        page.goto("/accounts?cols=tier")
        page.get_by_role("link", name="Account A000000").wait_for()
        page.get_by_text("100,000 accounts").wait_for()
        scroller = grid(page).locator("xpath=..")
        scroller.evaluate("box => box.scrollTo(0, 2_000_000)")  # the bar is pulled down past everything at once
        page.get_by_role("link", name="Account A050010").wait_for()
        assert grid(page).locator("tbody tr").count() < 80
        assert set(asked) <= {0, 100, 49_900, 50_000, 50_100}
        scroller.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        page.get_by_role("link", name="Account A099999").wait_for()
        grid(page).get_by_role("link", name="Account A099999").focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("Control+Home")
        expect(page.get_by_role("link", name="Account A000000")).to_be_focused()


def test_the_one_pager_fits_one_page(site: Site) -> None:
    with site.page() as page:
        page.goto("/accounts/A00002")
        settle(page)
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
        page.emulate_media(media="print")
        page.get_by_role("region", name="Whom to call").wait_for()
        assert not page.get_by_role("button", name="One-pager").is_visible()
        assert not page.get_by_role("navigation", name="Pages").is_visible()
