"""Where to act: a group that would not recommend us, a colleague who carries too much, a programme worth its cost."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.browser.site import Site, settle

API = "/api/v1"


def table(page: Any, label: str) -> Any:
    return page.get_by_role("table", name=label)


def explained(page: Any, door: Any) -> str:
    """Opens what is behind a number; the drawer's own figure."""
    door.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("region", name="Formula").wait_for()
    figure: str = drawer.locator("h2 ~ div b").first.inner_text()
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")
    return figure


def taken(page: Any, button: str) -> list[dict[str, str]]:
    """The rows of a CSV that a button hands out."""
    with page.expect_download() as told:
        page.get_by_role("button", name=button).click()
    return list(csv.DictReader(Path(told.value.path()).read_text(encoding="utf-8").splitlines()))


def test_a_group_that_would_not_recommend_us_is_found_and_its_accounts(site: Site) -> None:
    with site.page() as page:
        page.goto("/voice?by=tier")
        settle(page)
        groups = table(page, "Net promoter score by group")
        doors = groups.get_by_role("button", name=re.compile("Explain"))
        scores = [float(one.replace("−", "-")) for one in doors.all_inner_texts()[:-1]]
        assert scores == sorted(scores)
        assert len(scores) > 1
        assert explained(page, doors.first) == doors.first.inner_text()
        tier = groups.locator("tbody tr:first-child td").first.inner_text()
        marks = taken(page, "Marks given as CSV")
        assert [int(one["mark"]) for one in marks] == list(range(11))
        rested = groups.locator("tbody tr:last-child td:nth-child(5)").inner_text()
        assert sum(int(one["answers"]) for one in marks) == int(rested)
        groups.get_by_role("link", name=f"Open the accounts of {tier}").click()
        page.get_by_role("heading", name="Accounts", level=1).wait_for()
        assert parse_qs(urlsplit(page.url).query)["f.tier"] == [tier]


def test_comments_are_those_of_the_accounts_that_are_looked_at(site: Site) -> None:
    with site.page() as page:
        page.goto("/voice?f.tier=A&survey=nps")
        settle(page)
        every = page.request.get(f"{API}/voice?survey=nps&limit=200").json()["comments"]
        told = page.request.get(f"{API}/accounts?columns=tier&limit=200&where=tier='A'").json()
        named = {one["account"] for one in taken(page, "Latest comments as CSV")}
        of_tier = {one["account"] for one in every if one["account_id"] in told["account_id"]}
        assert named == of_tier
        assert named < {one["account"] for one in every}
        line = page.request.get(f"{API}/audit?action=export&limit=1").json()["lines"][0]
        assert (line["subject"], line["detail"]["title"], line["detail"]["rows"]) == (
            "/voice",
            "Latest comments",
            len(of_tier),
        )
        assert parse_qs(line["detail"]["asked"])["f.tier"] == ["A"]


def test_who_waits_for_an_answer_is_told_with_what_to_do(site: Site) -> None:
    with site.page() as page:
        page.goto("/voice")
        settle(page)
        due = page.request.get(f"{API}/todo?kinds=detractor&limit=200").json()["items"]
        panel = page.get_by_role("region", name="Wait for an answer")
        assert panel.get_by_role("listitem").count() == len(due)
        if due:
            assert due[0]["reason"] in panel.inner_text()
        else:
            panel.get_by_text("Nobody waits").wait_for()


def test_the_accounts_that_somebody_neglects_are_one_click_away(site: Site) -> None:
    with site.page() as page:
        page.goto("/team")
        settle(page)
        told = page.request.get(f"{API}/team").json()
        portfolios = table(page, "Portfolios")
        rows = taken(page, "Portfolios as CSV")
        assert len(rows) == len(told["portfolios"])
        loads = [float(one["load"]) for one in rows if one["load"]]
        assert loads == sorted(loads, reverse=True)
        first = next(one for one in told["portfolios"] if one["employee_id"] == rows[0]["employee_id"])
        door = portfolios.get_by_role("button", name=re.compile(f"^{re.escape(first['name'])}, Health score"))
        assert explained(page, door) == door.inner_text()
        beside = taken(page, "Beside accounts of the same tiers as CSV")
        assert {one["employee_id"] for one in beside} == {one["employee_id"] for one in told["portfolios"]} - {None}
        doors = table(page, "Beside accounts of the same tiers").get_by_role("button")
        labels = [door.get_attribute("aria-label") or "" for door in doors.all()]
        told_of = [one["verdict"] for one in beside if one["verdict"] != "few"]
        assert 0 < len(labels) == len(told_of)
        assert sum("within chance" in label for label in labels) == told_of.count("within")
        portfolios.get_by_role("link", name=re.compile(f"^{re.escape(first['name'])}, Touched, 90 days")).click()
        page.get_by_role("heading", name="Accounts", level=1).wait_for()
        words = parse_qs(urlsplit(page.url).query)
        assert words["f.owner_id"] == [first["employee_id"]]
        assert words["having"] == ["interaction_gap_days > 90"]


def test_what_pays_is_told_by_every_model_and_its_number_explained(site: Site) -> None:
    with site.page() as page:
        page.goto("/attribution")
        settle(page)
        told = page.request.get(f"{API}/attribution").json()
        credited = table(page, "Credit by model")
        assert int(credited.get_attribute("aria-rowcount") or 0) == len(told["sources"]) + 2  # heading and total
        page.get_by_role("radiogroup", name="Show").get_by_text("Return", exact=True).click()
        page.wait_for_url("**show=roi**")
        door = credited.get_by_role("button", name=re.compile("First touch: .*Explain")).first
        assert explained(page, door) == door.inner_text().lstrip("+")
        rows = taken(page, "What to fund as CSV")
        least = [float(one["roi_least"]) for one in rows if one["verdict"] == "Pays by every model"]
        assert least == sorted(least, reverse=True)
        assert all(value >= 0 for value in least)
        assert {one["id"] for one in rows} == {one["id"] for one in told["sources"] if one["cost"]}
