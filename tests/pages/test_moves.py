"""Which accounts moved a KPI, and an account beside its peers: added up, counted once more, and kept to those allowed."""

from __future__ import annotations

import random
import statistics

import numpy as np
import pytest
from tests.pages.conftest import Company

from accountlens.errors import AccountlensError
from accountlens.language.formula import parse_formula
from accountlens.language.kpi import Kpi
from accountlens.pages.moves import moves
from accountlens.pages.peers import peers
from accountlens.pages.shares import Figures, shares
from accountlens.workspace import Workspace

SUMS = ("mrr", "pipeline_value_open", "engagement_score", "support_tickets")
RATIOS = ("win_rate", "nps", "nrr", "csat")
MEANS = ("health_score", "interaction_gap_days", "avg_deal_size")


@pytest.mark.parametrize("period", ["2026-Q3", "2026-08-10..2026-10-20"])
def test_contributions_add_up_to_the_change_that_the_answer_tells(company: Company, period: str) -> None:
    found = moves(company.workspace, [*SUMS, *RATIOS, *MEANS], period=period, top=100)
    rows = company.workspace.ask(*SUMS, *RATIOS, *MEANS, period=period, compare="previous").rows()
    for one, row in zip(found.kpis, rows, strict=True):
        assert one.value == pytest.approx(row["value"])
        assert one.change == pytest.approx(row["compare"]["previous"]["change"], abs=1e-9)
        assert one.how == {**dict.fromkeys(SUMS, "sum"), **dict.fromkeys(RATIOS, "ratio")}.get(one.kpi, "mean"), one.kpi
        told = sum(mover.contribution for mover in (*one.up, *one.down))
        assert told + (one.rest or 0) == pytest.approx(one.change, abs=1e-6)
        if len(one.up) + len(one.down) == one.accounts:
            assert one.rest == pytest.approx(0, abs=1e-6), "all accounts are told"


def test_those_that_moved_the_revenue_most_are_those_counted_from_the_account_rows(company: Company) -> None:
    def values(period: str) -> dict[str, float]:
        rows = company.workspace.ask("mrr", by="account_id", period=period, totals="none").rows()
        return {row["by"]["account_id"]: row["value"] for row in rows}

    now, then = values("2026-Q3"), values("2026-Q2")
    change = {id: now.get(id, 0) - then.get(id, 0) for id in now | then}
    (found,) = moves(company.workspace, ["mrr"], period="2026-Q3", top=3).kpis
    best = sorted((id for id in change if change[id] > 0), key=lambda id: -change[id])[:3]
    assert [one.account_id for one in found.up] == best
    assert [one.contribution for one in found.up] == pytest.approx([change[id] for id in best])
    worst = sorted((id for id in change if change[id] < 0), key=lambda id: change[id])[:3]
    assert [one.account_id for one in found.down] == worst
    assert all(one.share == pytest.approx(one.contribution / found.change) for one in found.up if found.change)


def test_what_a_change_of_health_is_made_of_adds_up_to_it(company: Company) -> None:
    (found,) = moves(company.workspace, ["health_score"], period="2026-Q3").kpis
    both = [one for one in (*found.up, *found.down) if one.value is not None and one.before is not None]
    assert both
    for one in both:
        assert sum(one.changed.values()) == pytest.approx((one.value or 0) - (one.before or 0))


def test_a_change_within_its_interval_is_called_noise_and_one_beyond_it_is_not(company: Company) -> None:
    (found,) = moves(company.workspace, ["win_rate"], period="2026-Q3").kpis
    row, before = (company.workspace.ask("win_rate", period=period).rows()[0] for period in ("2026-Q3", "2026-Q2"))
    change = row["value"] - before["value"]
    lower = change - ((row["value"] - row["lower"]) ** 2 + (before["upper"] - before["value"]) ** 2) ** 0.5
    upper = change + ((row["upper"] - row["value"]) ** 2 + (before["value"] - before["lower"]) ** 2) ** 0.5
    assert (found.lower, found.upper) == (pytest.approx(lower), pytest.approx(upper))
    assert found.beyond_noise == (lower > 0 or upper < 0)
    (mrr,) = moves(company.workspace, ["mrr"], period="2026-Q3").kpis
    assert mrr.beyond_noise is None, "a sum has no interval"


def test_a_median_is_told_by_own_changes_and_says_so(company: Company) -> None:
    (found,) = moves(company.workspace, ["resolution_time"], period="2026-Q3").kpis
    assert found.how == "own"
    assert found.rest is None
    assert found.note is not None
    assert all(one.share is None and one.contribution == pytest.approx(one.value - one.before) for one in found.up)


def test_shares_of_random_ratios_add_up() -> None:
    draw = random.Random(5)
    kpi = Kpi("r", "fraction", "up", parse_formula("100 * (a - b) / n"), {})
    for _ in range(200):
        rows = [[[draw.choice([0, 0, 1, 5, 40.5]) for _ in range(3)] for _ in range(6)] for _ in (0, 1)]
        told = []
        for side in rows:
            side = [*side, [sum(row[column] for row in side) for column in range(3)]]
            a, b, n = np.array(side, float).T
            with np.errstate(divide="ignore", invalid="ignore"):
                told.append(Figures(np.where(n == 0, np.nan, 100 * (a - b) / n), n, {"a": a, "b": b, "n": n}))
        found = shares(kpi, *told)
        if all(one.parts["n"][-1] for one in told):
            assert found.exact
            assert found.contribution.sum() == pytest.approx(told[1].value[-1] - told[0].value[-1])
        else:
            assert not found.exact


def test_moves_of_some_accounts_are_theirs_alone(company: Company) -> None:
    ids = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 12")]
    found = moves(company.seen_by(ids), period="2026-Q3", top=100)
    assert {mover.account_id for one in found.kpis for mover in (*one.up, *one.down)} <= set(ids)
    (whole,) = company.workspace.ask("mrr", period="2026-Q3", where=f"account_id IN {tuple(ids)}").rows()
    assert next(one.value for one in found.kpis if one.kpi == "mrr") == pytest.approx(whole["value"])


def test_moves_of_what_the_data_lack_say_so(bare: Workspace) -> None:
    found = moves(bare, period="2026-05")
    assert [one.kpi for one in found.kpis] == []
    assert {"subscriptions", "opportunities", "activities"} <= {need.lacks for need in found.needs}
    with pytest.raises(AccountlensError, match="No KPI named 'mrrr'"):
        moves(bare, ["mrrr"])
    with pytest.raises(AccountlensError, match="2031 has not begun"):
        moves(bare, period="2031")
    with pytest.raises(AccountlensError, match="0 accounts cannot be told"):
        moves(bare, top=0)


def test_an_account_stands_beside_the_smallest_group_with_five_that_have_a_value(company: Company) -> None:
    rows = company.workspace.ask("health_score", by="account_id", period="2026-Q3", totals="none").rows()
    values = {row["by"]["account_id"]: row["value"] for row in rows if row["value"] is not None}
    groups = {id: of for id, *of in company.raw("SELECT account_id, segment, tier, industry FROM {accounts}")}
    checked = 0
    for id in list(values)[:15]:
        (found,) = peers(company.workspace, id, ["health_score"], period="2026-Q3").kpis
        sized = {
            by: [other for other in values if groups[other][place] == groups[id][place]]
            for place, by in enumerate(("segment", "tier", "industry"))
            if groups[id][place] is not None
        }
        by, members = min(((by, ids) for by, ids in sized.items() if len(ids) >= 5), key=lambda pair: len(pair[1]))
        assert (found.n, found.veiled) == (len(members), False)
        if len(members) < min(len(ids) for other, ids in sized.items() if other != by and len(ids) >= 5):
            assert found.by == by
            assert found.median == pytest.approx(statistics.median(values[one] for one in members))
            below = sum(values[one] < values[id] for one in members)
            assert found.percentile == pytest.approx(100 * below / (len(members) - 1))
            checked += 1
    assert checked


def test_no_figure_is_told_from_which_fewer_than_five_hidden_accounts_could_be_worked_out(company: Company) -> None:
    rows = company.workspace.ask("health_score", by="account_id", period="2026-Q3", totals="none").rows()
    known = sorted(row["by"]["account_id"] for row in rows if row["value"] is not None)
    draw = random.Random(11)
    roughly = set()
    for hidden in (1, 2, 4, 5, 12, len(known) - 1):
        unseen = set(draw.sample(known[1:], hidden))
        seen = [id for id in known if id not in unseen]
        (found,) = peers(company.seen_by(seen), seen[0], ["health_score"], period="2026-Q3").kpis
        if found.by is None:
            continue
        group = {id for id, of in company.raw(f"SELECT account_id, {found.by if found.by != 'all' else 0} FROM {{accounts}}")
                 if found.group in (None, of)}  # fmt: skip
        veiled = len(group & unseen)
        assert veiled == 0 or veiled >= 5
        assert found.veiled == (veiled > 0)
        if found.veiled and found.n is not None and found.median is not None and found.percentile is not None:
            assert found.n % 5 == 0
            assert found.percentile % 10 == 0
            assert float(f"{found.median:.2g}") == found.median
        roughly.add(found.veiled)
    assert roughly == {True, False}


def test_peers_of_an_account_that_may_not_be_seen_are_not_told(company: Company) -> None:
    (one,), (other,) = company.raw("SELECT account_id FROM {accounts} ORDER BY account_id LIMIT 2")
    with pytest.raises(AccountlensError, match="No account is called"):
        peers(company.seen_by([one]), other)


def test_peers_without_data_or_with_few_accounts_tell_no_figure(bare: Workspace) -> None:
    found = peers(bare, "A1")
    assert "activities" in {need.lacks for need in found.needs}
    (orders,) = peers(bare, "A1", ["new_to_repeat_ratio"], period="2026").kpis
    assert (orders.by, orders.n, orders.median, orders.percentile) == (None, None, None, None)


def test_who_has_none_of_what_is_counted_stands_beside_everybody_not_beside_those_with_some(company: Company) -> None:
    period = "2026-Q3"
    rows = company.workspace.ask("support_tickets", by="account_id", period=period, totals="none").rows()
    some = {row["by"]["account_id"]: row["value"] for row in rows if row["value"]}
    accounts = [id for (id,) in company.raw("SELECT account_id FROM {accounts} ORDER BY 1")]
    one = next(id for id in accounts if id not in some)
    (found,) = peers(company.workspace, one, ["support_tickets"], period=period).kpis
    assert found.by is not None
    members = [
        id for id, of in company.raw(f"SELECT account_id, {found.by if found.by != 'all' else 0} FROM {{accounts}}")
        if found.group in (None, of)
    ]  # fmt: skip
    assert (found.value, found.n) == (0, len(members))
    assert found.median == statistics.median(some.get(id, 0) for id in members)
