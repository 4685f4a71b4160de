"""What a review says of a company whose truth is known: how much, how much more, noise or not, whose doing."""

from __future__ import annotations

import math
import shutil
from datetime import date
from functools import cache
from typing import Any

import pytest

from accountlens.alerts.check import check
from accountlens.alerts.kept import read_rule, save
from accountlens.boards.notes import write as write_note
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.pages.stand import stand
from accountlens.people.audit import Actor
from accountlens.people.viewer import Role, Viewer
from accountlens.reports.audience import whom
from accountlens.reports.build import build
from accountlens.reports.content import Figure, Report
from accountlens.reports.packs import By, pack_of, packs
from accountlens.reports.spans import span_of
from accountlens.reports.tables import by_group
from accountlens.workspace import Workspace

NOW_DAY = date(2026, 9, 20)
CUSTOMERS_MAY_SEE = {"health", "voice", "engagement"}  # families of KPIs
KEPT_FROM_CUSTOMERS = {"health_score", "engagement_score", "brand_advocacy"}


def newcombe(before: int, now: int) -> tuple[str, str]:
    """Of the difference of two shares of a hundred, by hand (method 10 of his paper of 1998), as texts."""
    z = 1.959963984540054

    def wilson(won: int) -> tuple[float, float, float]:
        centre, spread = 2 * won + z * z, z * math.sqrt(z * z + 4 * won * (1 - won / 100))
        return won / 100, (centre - spread) / (2 * (100 + z * z)), (centre + spread) / (2 * (100 + z * z))

    (p0, l0, u0), (p1, l1, u1) = wilson(before), wilson(now)
    ends = p1 - p0 - math.hypot(p1 - l1, u0 - p0), p1 - p0 + math.hypot(u1 - p1, p0 - l0)
    return f"{ends[0] * 100:+.1f} points", f"{ends[1] * 100:+.1f} points"


@cache
def made(workspace: Workspace, cadence: Any, audience: str = "company", period: str | None = None) -> Report:
    return build(workspace, cadence, audience, period)


def said(report: Report, label: str) -> str:
    texts = [*report.headline, *(text for part in report.sections for text in part.sentences)]
    return next(text for text in texts if text.startswith(label))


def figure(report: Report, kpi: str) -> Figure:
    return next(one for one in report.figures if one.asked.kpi == kpi)


def test_a_change_beyond_its_interval_is_told_as_more_than_chance_and_by_whom(known: Workspace) -> None:
    text = said(made(known, "monthly"), "Win rate")
    assert text.startswith(
        "Win rate stood at 90.0 % in September 2026, up 42.0 percentage points from 48.0 % in August 2026."
    )
    low, high = newcombe(48, 90)
    assert f"more than chance would do: the change lies between {low} and {high} (95 % interval)" in text
    assert "won 90 (before 48), lost 10 (before 52)" in text
    assert "raised most by =Acme|<b> (+4" in text


def test_a_change_within_its_interval_is_called_noise_and_nobody_is_named(known: Workspace) -> None:
    text = said(made(known, "monthly", period="2026-08"), "Win rate")
    assert "down 2.0 percentage points from 50.0 % in July 2026" in text
    low, high = newcombe(50, 48)
    assert f"within chance: the change may be anything from {low} to {high}, so also none (95 % interval)" in text
    assert "by " not in text.partition("within chance")[2]
    assert figure(made(known, "monthly", period="2026-08"), "win_rate").verdict == "within"


def test_an_unchanged_figure_is_told_as_the_same(known: Workspace) -> None:
    text = said(made(known, "monthly", period="2026-07"), "Win rate")
    assert text == "Win rate stood at 50.0 % in July 2026, the same as in June 2026."


def test_a_sum_is_judged_by_the_changes_before_it(known: Workspace) -> None:
    text = said(made(known, "monthly"), "Sales revenue")
    assert "came to 90,000 EUR in September 2026, up 87.5 % (42,000 EUR) from 48,000 EUR" in text
    assert "none of the 11 changes from month to month before was as large" in text
    assert "=Acme|<b> (+40,000 EUR)" in text
    assert "Bolt & Co (+2,000 EUR)" in text


def test_recurring_revenue_that_fell_is_told_with_its_components_and_accounts(known: Workspace) -> None:
    text = said(made(known, "monthly"), "Monthly recurring revenue")
    assert "stood at 600 EUR at the end of September 2026, down 25.0 % (200 EUR) from 800 EUR" in text
    assert "raised most by Cord (+100 EUR) and lowered most by Bolt & Co (-300 EUR)" in text
    net = figure(made(known, "monthly"), "net_new_mrr")
    assert (net.value, net.before, net.better) == (-200, 0, False)


def test_the_first_period_with_anything_is_not_called_a_rise(known: Workspace) -> None:
    report = made(known, "weekly", period="2026-W39")
    found = figure(report, "outbound_touches")
    assert (found.value, found.before) == (2, 0)
    assert found.verdict == "untold"
    assert "Outbound" not in " ".join(text for part in report.sections for text in part.sentences)
    headline = said(report, "Engagement score")
    assert "so it cannot be told whether it rose or the records begin here" in headline


def test_what_was_unknown_before_is_not_compared(known: Workspace) -> None:
    found = figure(made(known, "monthly"), "csat")
    assert (found.value, found.before, found.change, found.verdict) == (1.0, None, None, "untold")
    assert "small_sample" in found.flags


def test_what_cannot_be_reckoned_is_not_known_and_never_zero(known: Workspace) -> None:
    report = made(known, "monthly", audience="owner:E1", period="2026-07")
    assert figure(report, "avg_deal_size").value is None
    (untold,) = [text for text in report.headline if text.startswith("Not known: ")]
    assert report.headline[-1] == untold, "what is known stands first"
    assert "Average deal size" in untold
    assert "nothing in July 2026 to reckon it from" in untold
    assert "avg_deal_size" not in report.leading


def test_an_account_manager_who_lost_everything_is_shown(known: Workspace) -> None:
    here = stand(known)
    piece = By(title="By account manager", kpis=["sales_revenue", "win_rate"], by="account.owner_id")
    told = by_group(here, piece, whom(here, "company"), span_of(here, "monthly", "2026-08"))
    assert told.rows == [["Bob", 48_000, 0.96], ["Ann", None, 0]], "Ann's fifty deals of August were all lost"


def test_what_data_lack_is_said_with_what_it_needs(known: Workspace) -> None:
    report = made(known, "weekly")
    (tickets,) = [text for text in report.left_out if "'tickets'" in text]
    assert "Support tickets" in tickets
    assert "need tickets. Add a table 'tickets'" in tickets
    assert all(one.asked.kpi != "support_tickets" for one in report.figures)


def test_a_customer_is_not_told_to_add_tables(known: Workspace) -> None:
    report = made(known, "quarterly", audience="account:A1", period="2026-Q2")
    assert any(text.startswith("Nothing is recorded yet for ") for text in report.left_out)
    assert not any("Add a table" in text for text in report.left_out)


def test_a_company_without_data_says_so(tmp_path: Any) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "accountlens.yaml").write_text("name: Empty\nsources:\n  files: {type: files, path: data}\n")
    (tmp_path / "data" / "accounts.csv").write_text("account_id,name\nA1,Acme\n")
    workspace = Workspace(tmp_path)
    workspace.refresh()
    report = build(workspace, "quarterly")
    assert report.headline[0].startswith(("There is nothing to tell yet", "No KPI of this review"))
    assert report.left_out


def test_a_period_that_still_runs_is_set_beside_as_much_of_the_one_before(known: Workspace) -> None:
    report = made(known, "quarterly", period="2026-Q3")
    assert not report.partial
    running = build(known, "annual", period="2026")
    assert running.partial
    assert "in 2026 so far" in said(running, "Monthly recurring revenue")
    assert "the same days of 2025" in said(running, "Monthly recurring revenue")


def test_each_audience_is_told_of_its_own_rows(known: Workspace) -> None:
    company, north, bob = (made(known, "monthly", who) for who in ("company", "team:north", "owner:Bob"))
    values = [figure(one, "sales_revenue").value for one in (company, north, bob)]
    assert values == [90_000, 40_000, 50_000]
    assert [one.whom for one in (north, bob)] == ["team North", "Bob"]


def test_who_sees_some_accounts_only_is_told_of_these_and_it_says_so(known: Workspace) -> None:
    report = build(known.seen_by(frozenset({"A1"})), "monthly")
    assert figure(report, "sales_revenue").value == 40_000
    assert report.sight == "Made of the 1 account that its reader sees, not of all."
    assert report.sees == ["A1"]
    assert "Bolt" not in str(report)
    with pytest.raises(AccountlensError, match="No account is called 'Bolt & Co'"):
        build(known.seen_by(frozenset({"A1"})), "monthly", "account:Bolt & Co")
    with pytest.raises(AccountlensError, match="belongs to the owner 'Bob'"):
        build(known.seen_by(frozenset({"A1"})), "monthly", "owner:Bob")


def test_a_customer_is_shown_what_is_his_and_nothing_internal(known: Workspace) -> None:
    _, pack = pack_of("quarterly", "account")
    families = {known.catalog.kpis[kpi].family for kpi in pack.kpis()}
    assert families <= CUSTOMERS_MAY_SEE
    assert not KEPT_FROM_CUSTOMERS & set(pack.kpis())
    assert not any(part.rest or part.tables for part in pack.sections)
    ann = Viewer("u1", "ann@known.example", "Ann", Role.ADMIN)
    write_note(known.store, ann, None, "A1", None, NOW_DAY, "They may leave.")
    report = build(known, "quarterly", "account:A1")
    assert not report.internal
    assert not report.notes
    assert "They may leave." not in str(report)
    assert [one.text for one in build(known, "quarterly").notes] == ["They may leave."]
    assert not build(known, "quarterly", "owner:Bob").notes, "of an account that is Ann's"


def test_fewer_than_five_colleagues_are_not_told_of(known: Workspace) -> None:
    report = made(known, "quarterly")
    assert all(one.asked.kpi != "enps" for one in report.figures)
    assert any("fewer than 5 people answered" in text for text in report.left_out)


def test_a_figure_with_a_target_says_so_and_others_nothing(known: Workspace) -> None:
    from accountlens.targets.fitting import Wish

    known.targets().set([Wish("sales_revenue", "company", "2026-09", 100_000.0)], None)
    report = build(known, "monthly")
    goal = figure(report, "sales_revenue").goal
    assert goal is not None
    assert (goal.value, goal.change) == (100_000, -10_000)
    assert figure(report, "win_rate").goal is None
    assert said(report, "Sales revenue, 2026-09").endswith("against a target of 100,000 EUR, short of the target.")
    assert figure(build(known, "monthly", "owner:Bob"), "sales_revenue").goal is None


def test_alerts_of_the_period_are_told_to_whom_they_are_about(known_data: Any, tmp_path: Any) -> None:
    workspace = Workspace(shutil.copytree(known_data, tmp_path / "alerted"))
    rule = {"label": "Small", "when": {"kind": "threshold", "kpi": "mrr", "below": 200}}
    save(workspace.store, Actor(None, "a test"), {"small": read_rule(rule)}, {"small": True})
    check(workspace)
    report, bob, customer = (build(workspace, "monthly", who) for who in ("company", "owner:Bob", "account:A3"))

    def about(one: Report) -> set[Any]:
        return {row[0] for part in one.sections if part.title == "Alerts" for row in part.tables[0].rows}

    assert "Cord" in about(report)
    assert about(bob) == about(report), "they are all of Bob's accounts"
    assert not about(build(workspace, "monthly", "owner:Ann"))
    assert not about(customer), "an alert is internal"
    assert "Alerts" not in {part.title for part in build(workspace, "monthly", period="2026-02").sections}


@pytest.mark.parametrize("name", packs())
def test_every_pack_names_kpis_that_there_are_and_each_cadence_its_own(name: str, known: Workspace) -> None:
    pack = packs()[name]
    assert {kpi for kpi in pack.kpis() if parse_asked(kpi).name not in known.catalog.kpis} == set()
    assert {kpi for part in pack.sections for by in part.tables for kpi in by.kpis} <= set(known.catalog.kpis)
    own = {"weekly": {"engagement_score", "mqa_count"}, "monthly": {"pipeline_velocity", "win_rate", "avg_deal_size"},
           "quarterly": {"cac", "ltv", "roi"}, "annual": {"retention_rate", "cac", "ltv"}}  # fmt: skip
    assert not pack.internal or own[pack.cadences[0]] <= set(pack.headline)


@pytest.mark.parametrize(
    ("cadence", "audience", "period", "told"),
    [
        ("weekly", "company", "2026-08", "'2026-08' is no week"),
        ("monthly", "company", "2027-01", "has not begun"),
        ("monthly", "company", "soon", "'soon' is no period"),
        ("monthly", "owner:Zed", None, "belongs to the owner 'Zed'"),
        ("monthly", "team:", None, "is nobody a review can be about"),
        ("monthly", "everyone", None, "is nobody a review can be about"),
        ("daily", "company", None, "'daily' is no cadence"),
    ],
)
def test_what_cannot_be_made_says_why(
    cadence: Any, audience: str, period: str | None, told: str, known: Workspace
) -> None:
    with pytest.raises(AccountlensError, match=told) as caught:
        build(known, cadence, audience, period)
    assert caught.value.mend


def test_an_account_manager_s_review_holds_his_portfolio_and_a_team_s_does_not(known: Workspace) -> None:
    report = made(known, "monthly", "owner:Ann")
    part = next(one for one in report.sections if one.title == "Portfolio")
    assert part.sentences[0].startswith("1 account on 1 October 2026, 1 of them customers")
    assert "100.0 % of the accounts were touched in the 30 days before." in part.sentences
    load = {row[0]: row[1] for row in part.tables[0].rows}
    assert (load["Accounts"], load["Own touches, 90 days"], load["Open deals"]) == (1, 1, 0)
    rates = next(table for table in part.tables if table.title.endswith("shares"))
    (rate,) = [row for row in rates.rows if row[0] == "Win rate"]
    assert (rate[1], rate[2]) == (pytest.approx(0.8), pytest.approx(0.9))  # 40 of his 50, 90 of all 100
    assert rate[-1] == "worse than chance would do"  # the interval of 40 of 50 ends at 88.8 %
    assert not [one for one in made(known, "monthly", "team:North").sections if one.title == "Portfolio"]
