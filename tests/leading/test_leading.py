"""Whether leading KPIs led: found where it was planted, not where chance made it, and never by what came later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from tests.leading.company import LEAVERS, NOW, files
from tests.workspaces import saying, write_files

from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.leading.concordance import concordance
from accountlens.leading.outcomes import OUTCOMES, outcome_of, read_histories
from accountlens.leading.panel import Panel, month_ends, panel
from accountlens.leading.report import MARKED, Lead, Leading
from accountlens.leading.shares import share_of
from accountlens.leading.thresholds import threshold
from accountlens.leading.values import of_accounts, values
from accountlens.leading.verdicts import FALSE_DISCOVERIES, corrected
from accountlens.models.propensity import area_under_curve
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

PAST = date(2025, 1, 1)


def refreshed(folder: Path, until: str = NOW) -> Workspace:
    workspace = Workspace(write_files(folder, files(until)))
    workspace.refresh(as_of=datetime.fromisoformat(until))
    return workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return refreshed(tmp_path_factory.mktemp("leaving"))


@pytest.fixture(scope="module")
def found(workspace: Workspace) -> Leading:
    return workspace.leading(ahead=3)


def by_kpi(found: Leading) -> dict[str, Lead]:
    return {one.kpi: one for one in found.kpis}


def test_a_planted_sign_leads_chance_does_not_and_few_cases_say_so(found: Leading) -> None:
    kpis = by_kpi(found)
    assert (found.outcomes, found.first) == (LEAVERS, "2024-02")
    touches = kpis["outbound_touches"]
    assert (touches.verdict, touches.warns) == ("leads", "low")
    assert touches.found
    assert touches.found.low > 0.8
    assert kpis["interaction_gap_days"].warns == "high"
    assert kpis["support_tickets"].verdict == "does not"
    assert kpis["nps"].verdict == "too little data"
    assert "10 are needed" in kpis["nps"].why
    assert kpis["csat"].why == "It was unknown, or the same of all, wherever it could have told customers apart."
    assert "goal" in kpis["outcomes_on_track"].why
    assert kpis["outcomes_on_track"].verdict == "too little data"
    assert set(found.left_out) >= {"enps", "esat"}
    assert found.goals is None


def test_its_threshold_is_measured_on_later_months_than_it_was_chosen_on(workspace: Workspace) -> None:
    (touches,) = workspace.leading("outbound_touches", ahead=3).kpis
    one = touches.suggested
    assert one
    assert one.chosen_to < one.measured_from
    assert one.value == 0
    assert one.useful
    assert one.hits.value == 1
    assert one.false_alarms.value is not None
    assert one.false_alarms.value < 0.05
    assert one.right.accounts <= LEAVERS
    assert [later.month for later in touches.months] == [1, 2, 3]
    assert all(later.found and later.found.value > 0.95 for later in touches.months)


def test_a_verdict_does_not_depend_on_what_is_looked_at(workspace: Workspace, found: Leading) -> None:
    (one,) = workspace.leading("support_tickets", ahead=3).kpis
    every = by_kpi(found)["support_tickets"]
    assert (one.q, one.verdict, one.found) == (every.q, every.verdict, every.found)


def test_renewals_and_growth_are_told_too(workspace: Workspace) -> None:
    renewal = workspace.leading(outcome="renewal", ahead=3)
    assert (renewal.outcomes, renewal.last) == (19, "2025-08"), "a late renewal counts for 30 days"
    assert by_kpi(renewal)["outbound_touches"].verdict == "leads"
    growth = workspace.leading(outcome="growth", ahead=3)
    assert by_kpi(growth)["outbound_touches"].warns == "high"
    assert growth.outcomes == 20, "of those who stay every other account pays more once"


def test_what_is_known_of_a_month_does_not_change_by_what_comes_later(workspace: Workspace, tmp_path: Path) -> None:
    """Every leading KPI of every account and past month, beside the same of a company that knows nothing of later."""
    before = refreshed(tmp_path / "before", PAST.isoformat())
    months = [date(2024, month, 1) for month in range(2, 13)] + [PAST]
    told = []
    for one in (workspace, before):
        opened = one._open(None)
        kpis = [Asked(name) for name, kpi in opened.catalog.kpis.items() if kpi.leads in MARKED]
        kpis = [kpi for kpi in kpis if of_accounts(opened.catalog, kpi)]
        accounts = [f"a{number:02d}" for number in range(60)]
        told.append({str(kpi): value for kpi, value in values(opened, kpis, accounts, months)})
    late, early = told
    differ = [kpi for kpi in late if not np.allclose(late[kpi], early[kpi], rtol=1e-9, equal_nan=True)]
    assert differ == []
    assert sum(int((np.nan_to_num(value) != 0).any()) for value in late.values()) >= 12


def test_who_left_is_no_customer_afterwards_and_windows_are_wholly_known(workspace: Workspace, found: Leading) -> None:
    opened = workspace._open(None)
    past, clock = read_histories(opened), opened.ground(Query(())).clock
    rows = panel(past, OUTCOMES["churn"], [date(2024, 5, 1), date(2024, 6, 1)], clock, 0, 3)
    first = past.accounts.index("a00")  # leaves on 2024-05-15
    assert rows.month[rows.account == first].tolist() == [0]
    assert rows.event[rows.account == first].tolist() == [True]
    assert found.last == "2025-09"
    assert month_ends(past, OUTCOMES["churn"], 12, clock)[-1] == date(2025, 1, 1)


def noise(seed: int, accounts: int = 80, months: int = 20, share: float = 0.3) -> tuple[np.ndarray, Panel]:
    """Scores that an account keeps, with outcomes that it keeps too: of many rows few say anything of their own."""
    random = np.random.default_rng(seed)
    account, month = np.repeat(np.arange(accounts), months), np.tile(np.arange(months), accounts)
    event = np.repeat(random.random(accounts) < share, months)
    return np.repeat(random.normal(size=accounts), months) + random.normal(0, 0.1, accounts * months), Panel(
        account, month, event
    )


def test_within_one_month_it_is_the_area_under_the_curve() -> None:
    score, rows = noise(3, months=1)
    found = concordance(score, rows)
    assert found
    assert found.value == pytest.approx(area_under_curve(score, rows.event))
    assert found.low < found.value < found.high


def test_a_trend_of_the_whole_company_is_no_foresight() -> None:
    score, rows = noise(5)
    found, trending = concordance(score, rows), concordance(score + 100 * rows.month, rows)
    assert found == trending


def test_an_account_in_many_months_counts_as_one_account() -> None:
    """Of chance alone, as few are found as are promised; by the rows' own number nearly all would be."""
    ps = [found.p for seed in range(200) if (found := concordance(*noise(seed)))]
    assert np.mean(np.array(ps) < 0.05) < 0.09
    assert sum(q <= FALSE_DISCOVERIES for q in corrected(ps)) == 0
    score, rows = noise(1)
    apart = concordance(score, replace(rows, account=np.arange(len(score))))
    together = concordance(score, rows)
    assert width(together) > 3 * width(apart)


def width(found: Any) -> float:
    return float(found.high - found.low)


def test_a_share_of_few_accounts_is_less_sure_than_one_of_many() -> None:
    true = np.repeat(np.arange(40) % 4 == 0, 10)
    few, many = share_of(true, np.repeat(np.arange(40), 10)), share_of(true, np.arange(400))
    assert few.value == many.value == 0.25
    assert width(few) > 2.5 * width(many)


def test_no_threshold_is_made_of_chance_or_of_few() -> None:
    score, rows = noise(2)
    found = threshold(score, rows, 3)
    assert found is None or not found.useful
    assert threshold(score, replace(rows, event=rows.event & (rows.account < 4)), 3) is None


def test_the_command_line_tells_it_and_mistakes_plainly(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")  # names stay whole
    say = saying(workspace.folder, capsys)
    code, out, _ = say("leading", "--ahead", "3")
    assert code == 0
    assert "20 of 60 customers left" in out
    assert (
        out.index("outbound_touches") < out.index("do not, or there is too little data") < out.index("support_tickets")
    )
    assert "It would warn at 0 or less" in say("leading", "outbound_touches", "--ahead", "3")[1]
    (told,) = json.loads(say("leading", "nps", "--ahead", "3", "--json")[1])["kpis"]
    assert told["verdict"] == "too little data"
    assert "Did you mean 'nps'?" in say("leading", "npss")[2]
    assert "enps is not known account by account" in say("leading", "enps")[2]
    assert say("leading", "--ahead", "5")[0] == 2


def test_an_outcome_that_the_data_do_not_tell_says_what_it_needs(workspace: Workspace) -> None:
    opened = workspace._open(None)
    bare = replace(opened, untold=replace(opened.untold, available=frozenset({"accounts"})))
    with pytest.raises(AccountlensError, match="needs subscriptions or contracts"):
        outcome_of("churn", bare)


def test_the_same_values_of_other_accounts_do_not_lead(workspace: Workspace) -> None:
    """The planted sign, its histories dealt out to other accounts: chance, as often as chance is promised."""
    opened = workspace._open(None)
    past, clock = read_histories(opened), opened.ground(Query(())).clock
    months = month_ends(past, OUTCOMES["churn"], 3, clock)
    rows = panel(past, OUTCOMES["churn"], months, clock, 0, 3)
    ((_, value),) = values(opened, [Asked("outbound_touches")], past.accounts, months)
    random = np.random.default_rng(4)
    dealt = [-random.permutation(value)[rows.account, rows.month] for _ in range(60)]
    ps = [found.p for score in dealt if (found := concordance(score, rows))]
    assert len(ps) == 60
    assert np.mean(np.array(ps) < 0.05) < 0.12


def test_only_who_sees_every_account_is_told(workspace: Workspace) -> None:
    with pytest.raises(AccountlensError, match="all accounts together"):
        workspace.seen_by(frozenset({"a01"})).leading()


def test_the_api_tells_it_to_roles_that_see_every_account(workspace: Workspace, found: Leading) -> None:
    role = Role.MANAGER
    with TestClient(create_app(workspace.folder, viewer_of=lambda _: Viewer("x", "", "", role))) as client:
        assert client.get("/api/v1/leading").status_code == 403
        role = Role.VIEWER
        answer = client.get("/api/v1/leading?ahead=3&kpi=outbound_touches")
    assert answer.status_code == 200, answer.text
    assert answer.json()["kpis"][0]["q"] == by_kpi(found)["outbound_touches"].q
