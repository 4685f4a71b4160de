"""Voice, team and attribution: the KPIs' figures, counts from the files, and nothing from which a person is told."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from tests.pages.conftest import NOW, Company, refreshed

from accountlens.errors import AccountlensError
from accountlens.pages.attribution import MODELS, attribution
from accountlens.pages.team import team
from accountlens.pages.voice import voice
from accountlens.workspace import Workspace

SINCE = datetime(2026, 3, 31, 22)  # the first instant of 2026-Q2, in Berlin


PAYS = {"E1": {"A": (6, 140)}, "E2": {"A": (6, 60)}, "E3": {"A": (2, 100), "C": (6, 10)}, "E4": {"C": (4, 10)}}
DEALS = {("E1", "A"): (20, 18), ("E2", "A"): (20, 2), ("E3", "A"): (10, 5), ("E3", "C"): (20, 4)}  # decided, won


@pytest.fixture(scope="module")
def hand_made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Four account managers, what their accounts pay and buy, and two teams, of which one answered alone."""
    people = [("E1", "Big"), ("E2", "Big"), ("E3", "Big"), ("E4", "Big"), ("E5", "Big"), ("E6", "Small")]
    accounts = [
        (f"{owner}{tier}{number}", owner, tier, pays)
        for owner, tiers in PAYS.items()
        for tier, (count, pays) in tiers.items()
        for number in range(count)
    ]
    deals = [
        f"{owner}{tier}-{number},{owner}{tier}0,{'won' if number < won else 'lost'},2026-05-01,2026-05-09,100"
        for (owner, tier), (decided, won) in DEALS.items()
        for number in range(decided)
    ]
    files = {
        "accountlens.yaml": "name: T\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n",
        "data/accounts.csv": "account_id,name,owner_id,tier\n"
        + "".join(f"{id},{id},{owner},{tier}\n" for id, owner, tier, _ in accounts),
        "data/subscriptions.csv": "subscription_id,account_id,started_on,ended_on,mrr\n"
        + "".join(f"S{id},{id},2026-01-01,,{pays}\n" for id, _, _, pays in accounts),
        "data/opportunities.csv": "opportunity_id,account_id,status,created_at,closed_at,amount\n" + "\n".join(deals),
        "data/employees.csv": "employee_id,name,team\n" + "".join(f"{id},{id},{of}\n" for id, of in people),
        "data/survey_responses.csv": "response_id,survey,answered_at,score,employee_id,comment\n"
        "R9,nps,2026-05-09,3,E6,Leave me out\n"
        + "".join(f"R{id},esat,2026-05-0{n + 1},{5 - n % 3},{id},\n" for n, (id, _) in enumerate(people)),
    }
    return refreshed(tmp_path_factory.mktemp("team"), files, datetime(2026, 7, 1))


def test_scores_are_those_of_the_kpis_by_period_and_group(company: Company) -> None:
    found = voice(company.workspace, period="2026-Q2..2026-Q3", by="segment")
    assert [one.kpi for one in found.kpis] == ["nps", "csat", "ces", "response_rate"]
    nps = found.kpis[0]
    rows = company.workspace.ask("nps", by="segment", period="2026-Q2..2026-Q3", compare="previous").rows()
    assert [(one.label, one.value, one.lower, one.upper, one.n) for one in nps.groups] == [
        (row["by"]["segment"], row["value"], row["lower"], row["upper"], row["n"]) for row in rows[:-1]
    ]
    assert (nps.whole.value, nps.change) == (rows[-1]["value"], rows[-1]["compare"]["previous"]["change"])
    assert [one.label for one in nps.course] == ["2026-Q2", "2026-Q3"]
    assert voice(company.workspace, period="2026-Q3").by == "segment", "the first that accounts have"


def test_marks_are_the_latest_of_each_person_in_the_files(company: Company) -> None:
    found = voice(company.workspace, period="2026-Q2..2026-Q3")
    latest: dict[str, tuple[datetime, float]] = {}
    for person, at, score in company.raw(
        """SELECT COALESCE(s.contact_id, s.response_id), s.answered_at, s.score FROM {survey_responses} s
        LEFT JOIN {contacts} c USING (contact_id)
        WHERE s.survey = 'nps' AND s.score IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE) ORDER BY s.answered_at"""
    ):
        at = at.replace(tzinfo=None)
        if SINCE <= at < NOW:
            latest[person] = (at, score)
    counted = Counter(int(score) for _, score in latest.values())
    assert found.marks == [counted[mark] for mark in range(11)]
    parts = found.parts
    assert parts["detractors"] == sum(found.marks[:7])
    assert parts["promoters"] == sum(found.marks[9:])
    assert parts["responses"] == sum(found.marks) > 0


def test_comments_are_the_latest_of_customers_alone(company: Company) -> None:
    found = voice(company.workspace, period="2026-Q2..2026-Q3", limit=200)
    raw = company.raw(
        """SELECT s.response_id FROM {survey_responses} s LEFT JOIN {contacts} c USING (contact_id)
        WHERE s.comment <> '' AND s.survey IN ('nps', 'csat', 'ces') AND NOT COALESCE(c.is_internal, FALSE)
            AND s.answered_at >= TIMESTAMP '2026-03-31 22:00:00' ORDER BY s.answered_at DESC, s.response_id"""
    )
    assert [one.response_id for one in found.comments] == [id for (id,) in raw]
    assert all(one.comment and one.survey in ("nps", "csat", "ces") for one in found.comments)
    assert {one.survey for one in voice(company.workspace, period="2026-Q3", survey="csat").comments} == {"csat"}
    ids = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 10")]
    assert {one.account_id for one in voice(company.seen_by(ids), limit=200).comments} <= set(ids)


def test_portfolios_hold_the_accounts_tiers_and_touches_of_the_files(company: Company) -> None:
    found = team(company.workspace, period="2026-Q3")
    owners = company.raw("SELECT owner_id, tier, COUNT(*) FROM {accounts} GROUP BY ALL")
    assert {one.employee_id for one in found.portfolios} == {owner for owner, _, _ in owners}
    month = NOW - timedelta(days=30)
    touched = company.raw(
        f"""SELECT DISTINCT a.account_id FROM {{activities}} a LEFT JOIN {{contacts}} c USING (contact_id)
        WHERE (a.kind IN ('call', 'meeting', 'message', 'chat', 'email_replied') OR (a.kind = 'email_sent' AND NOT a.is_automated))
            AND NOT COALESCE(a.is_bot, FALSE) AND NOT COALESCE(c.is_internal, FALSE) AND a.occurred_at >= TIMESTAMP '{month}'"""
    )
    of = dict(company.raw("SELECT account_id, owner_id FROM {accounts}"))
    for one in found.portfolios:
        tiers = {tier or "(unknown)": count for owner, tier, count in owners if owner == one.employee_id}
        assert dict(one.tiers) == tiers
        assert one.accounts == sum(tiers.values())
        share = sum(of.get(account) == one.employee_id for (account,) in touched) / one.accounts
        assert one.touched_30_days == pytest.approx(share)
        assert one.touched_90_days is not None
        assert one.touched_90_days >= share
        rows = company.workspace.ask("mrr", where=f"account.owner_id = '{one.employee_id}'", period="2026-Q3").rows()
        assert one.figures.get("mrr", 0) == pytest.approx(rows[0]["value"])
    assert sum(one.load["open_deals"] or 0 for one in found.portfolios) == len(
        company.raw("SELECT 1 FROM {opportunities} WHERE status = 'open' AND account_id IS NOT NULL")
    )


def test_managers_are_beside_what_accounts_of_the_same_tiers_bring(hand_made: Workspace) -> None:
    found = {one.employee_id: one for one in team(hand_made, period="2026-05").portfolios}
    told = {
        (owner, kpi): (fair.value, fair.expected, fair.cases, fair.verdict, fair.better)
        for owner, one in found.items()
        for kpi, fair in one.fair.items()
        if kpi in ("mrr", "win_rate")
    }
    assert told == {
        ("E1", "mrr"): (840, 600, 6, "above", True),
        ("E2", "mrr"): (360, 600, 6, "below", False),
        ("E3", "mrr"): (260, 260, 8, "within", None),  # least of all, and as much as such accounts bring
        ("E4", "mrr"): (40, None, 4, "few", None),
        ("E1", "win_rate"): (0.9, 0.5, 20, "above", True),
        ("E2", "win_rate"): (0.1, 0.5, 20, "below", False),
        ("E3", "win_rate"): (0.3, pytest.approx(0.3), 30, "within", None),  # 10 deals at 50 %, 20 at 20 %
        ("E4", "win_rate"): (None, None, 0, "few", None),
    }
    half = 1.959964 * (6 * (1 - 6 / 14) * 12 * 1600 / 13) ** 0.5  # six of the fourteen accounts of tier A, drawn
    mrr = found["E1"].fair["mrr"]
    assert (mrr.lower, mrr.upper) == (pytest.approx(240 - half, rel=1e-6), pytest.approx(240 + half, rel=1e-6))


def test_who_sees_his_accounts_only_is_compared_with_tiers_of_which_five_or_none_are_hidden(
    hand_made: Workspace,
) -> None:
    his, theirs = ({f"E{owner}A{number}" for number in range(6)} for owner in (1, 2))
    (alone,) = team(hand_made.seen_by(frozenset(his)), period="2026-05").portfolios
    told = {kpi: (one.value, one.expected, one.cases, one.verdict) for kpi, one in alone.fair.items()}
    assert told["mrr"] == (840, 600, 6, "above")
    assert told["win_rate"] == (0.9, None, 20, "few"), "all deals of the others are of one account"
    both = team(hand_made.seen_by(frozenset(his | theirs)), period="2026-05").portfolios
    assert {one.employee_id: one.fair["mrr"].verdict for one in both} == {"E1": "few", "E2": "few"}, "two are hidden"


def test_no_team_of_fewer_than_five_is_told_nor_what_it_could_be_worked_out_from(hand_made: Workspace) -> None:
    workspace = hand_made
    told = {one.team: one for one in team(workspace).satisfaction if one.kpi == "esat"}
    assert told["Small"].suppressed
    assert (told["Small"].value, told["Small"].n) == (None, None)
    assert (told["Big"].suppressed, told["Big"].n) == (False, 5)
    assert None not in told, "with the total, the one of Small could be worked out"
    narrowed = workspace.seen_by(frozenset(["E1A0"]))
    assert team(narrowed).satisfaction == []
    assert voice(workspace, period="2026").comments == [], "what a colleague wrote is nobody's to read here"


def test_every_model_shares_out_the_same_and_agrees_with_its_kpi(company: Company) -> None:
    found = attribution(company.workspace, period="2026")
    assert tuple(found.models) == MODELS
    assert found.sources
    rows = company.workspace.ask(*(f"attribution_{model}" for model in MODELS), by="channel", period="2026").rows()
    for row in rows:
        model = row["kpi"].removeprefix("attribution_")
        channel = row["by"]["channel"]
        told = (
            found.total[model] if channel is None else next(o for o in found.sources if o.id == channel).credit[model]
        )
        assert told == pytest.approx(row["value"])
    for model in MODELS:
        assert sum(one.share[model] or 0 for one in found.sources) == pytest.approx(1)
        assert found.total[model] == pytest.approx(found.attributed)
    for one in found.sources:
        assert one.least == min(share for share in one.share.values() if share is not None)
        for model in MODELS if one.cost else ():
            assert one.roi[model] == pytest.approx(((one.credit[model] or 0) - one.cost) / one.cost)
    raw = company.raw("SELECT SUM(amount) FROM {costs} WHERE campaign_id IS NOT NULL OR program IS NOT NULL")
    assert 0 < (found.cost or 0) <= float(raw[0][0]) * 1.5
    campaigns = attribution(company.workspace, by="campaign_id", period="2026")
    assert "markov" not in campaigns.models
    assert all(one.name for one in campaigns.sources)


def test_credit_of_some_accounts_is_theirs_and_costs_are_not_told(company: Company) -> None:
    ids = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 30")]
    found = attribution(company.seen_by(ids), period="2026")
    (row,) = company.workspace.ask("attribution_linear", where=f"account_id IN {tuple(ids)}", period="2026").rows()
    assert found.total["linear"] == pytest.approx(row["value"])
    assert found.cost is None
    assert all(one.cost is None for one in found.sources)


def test_what_is_not_there_is_named_and_a_mistake_refused(bare: Workspace) -> None:
    assert {need.lacks for need in voice(bare).needs} == {"survey_responses", "survey_invitations"}
    assert "activities" in {need.lacks for need in attribution(bare).needs}
    found = team(bare)
    assert {"accounts.owner_id", "activities", "employees"} <= {need.lacks for need in found.needs}
    (nobody,) = found.portfolios
    assert (nobody.employee_id, nobody.accounts, nobody.touches, nobody.load["open_tickets"]) == (None, 3, None, None)
    with pytest.raises(AccountlensError, match="'enps' is no survey of customers"):
        voice(bare, survey="enps")
    with pytest.raises(AccountlensError, match="Credit is not told by 'tier'"):
        attribution(bare, by="tier")
    for part in (voice, team, attribution):
        with pytest.raises(AccountlensError, match="2031 has not begun"):
            part(bare, period="2031")
