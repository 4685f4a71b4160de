"""The back-test finds the accounts that are known to cool off, and its shares are those counted by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from scipy.stats import binomtest
from tests.alerts.conftest import NOW, Company, rule

from accountlens.alerts.backtest import Share, backtest
from accountlens.alerts.offers import offered
from accountlens.workspace import Workspace

A_YEAR = timedelta(days=365)


@pytest.mark.parametrize(("name", "least"), [("cooling_off", 0.5), ("health_low", 0.5)])
def test_the_offered_rules_find_accounts_that_are_known_to_cool_off(name: str, least: float, company: Company) -> None:
    """Each cooled for months before it left; a warning lies within that time, and not only by chance."""
    found = backtest(company.workspace, offered()[name][2])
    assert found.proof
    year = (NOW - A_YEAR).date()
    known = {one: span for one, span in company.cooled.items() if span[0] >= year}
    warned = {one.subject for one in found.fired
              if one.subject in known and known[one.subject][0] <= one.at.date() <= known[one.subject][1]}  # fmt: skip
    assert len(known) >= 4
    assert len(warned) >= least * len(known)
    assert found.proof.precision.interval
    assert found.proof.usual.value
    assert found.proof.precision.interval[0] > found.proof.usual.value
    assert found.proof.lead_days is not None
    assert found.proof.lead_days > 0


def test_every_judgement_follows_from_when_accounts_left(company: Company) -> None:
    """Told again from the subscriptions' own days, account by account."""
    found = backtest(company.workspace, offered()["health_low"][2])
    assert found.proof
    here = company.workspace.opened().session
    here.ensure_fact("customer_spells")
    left: dict[str, list[datetime]] = {}
    for account, at in here.fetch(
        "SELECT account_id, ended_at FROM customer_spells WHERE ended_at IS NOT NULL"
    ).fetchall():
        if at < NOW:
            left.setdefault(account, []).append(at)
    days = timedelta(days=found.proof.within_days)
    for one in found.fired:
        followed = [at for at in left.get(one.subject, []) if one.at < at <= one.at + days]
        assert one.right == (True if followed else None if one.at + days > NOW else False)
        assert one.lead_days == ((min(followed) - one.at).days if followed else None)
    judged = [one for one in found.fired if one.right is not None]
    assert (found.proof.precision.hits, found.proof.precision.of) == (
        sum(bool(one.right) for one in judged),
        len(judged),
    )
    assert found.proof.undecided == len(found.fired) - len(judged)


def test_an_alert_that_goes_on_or_cools_down_is_not_raised_again(company: Company) -> None:
    kept = offered()["health_low"][2]
    short = backtest(company.workspace, kept.model_copy(update={"cooldown_days": 0}))
    long = backtest(company.workspace, kept.model_copy(update={"cooldown_days": 90}))
    assert len(short.fired) > len(long.fired)
    times: dict[str, list[datetime]] = {}
    for one in long.fired:
        times.setdefault(one.subject, []).append(one.at)
    assert all(later - earlier >= timedelta(days=90) for some in times.values() for earlier, later in pairwise(some))


def test_what_follows_without_any_alert_is_told_beside(tiny: Workspace) -> None:
    """A rule that always fires is right as often as it happens anyway."""
    always = rule({"kind": "threshold", "kpi": "sales_revenue", "above": -1}, cooldown_days=0,
                  outcome={"what": "lost_renewal", "within_days": 40})  # fmt: skip
    found = backtest(tiny, always)
    assert found.proof
    assert found.proof.usual.of > found.proof.usual.hits > 0
    # a4 lost its renewal on 1 February; it had fired once, at the first moment, long before
    assert [(one.subject, one.right) for one in found.fired if one.subject == "a4"] == [("a4", False)]
    assert (found.proof.caught.hits, found.proof.caught.of) == (1, 1)  # but its alert still stood


def test_what_was_not_warned_of_is_missed(tiny: Workspace) -> None:
    never = rule({"kind": "threshold", "kpi": "sales_revenue", "above": 1e9},
                 outcome={"what": "lost_renewal", "within_days": 40})  # fmt: skip
    found = backtest(tiny, never)
    assert found.proof
    assert not found.fired
    assert found.proof.precision.interval is None
    assert [(one.subject, one.at.date()) for one in found.proof.missed] == [("a4", date(2026, 2, 1))]


@pytest.mark.parametrize(("hits", "of"), [(0, 5), (3, 7), (9, 10), (10, 10), (40, 400)])
def test_a_share_has_the_interval_of_wilson(hits: int, of: int) -> None:
    other = binomtest(hits, of).proportion_ci(method="wilson")
    assert Share(hits, of).interval == pytest.approx((other.low, other.high), abs=1e-12)
