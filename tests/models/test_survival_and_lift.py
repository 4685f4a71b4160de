"""Kaplan-Meier curves and differences in differences: laws, published figures, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accountlens.models import lift, survival

DURATIONS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)
# Freireich et al. (1963), remission in weeks under 6-MP: 21 patients, 9 relapses; + is still in remission.
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
PANEL = st.lists(st.tuples(st.booleans(), *[st.floats(-1e3, 1e3)] * 4), min_size=4, max_size=20)


@settings(deadline=None)
@given(DURATIONS)
def test_curves_fall_within_their_interval(rows: list[tuple[int, bool]]) -> None:
    duration, happened = zip(*rows, strict=True)
    curve = survival.kaplan_meier(duration, happened)
    assert (np.diff(curve.survival, prepend=1.0) < 0).all()
    assert ((curve.survival >= 0) & (curve.survival < 1)).all()
    inside = curve.survival > 0
    assert (curve.lower[inside] <= curve.survival[inside]).all()
    assert (curve.upper[inside] >= curve.survival[inside]).all()
    assert curve.events.sum() + curve.censored == curve.n
    median = survival.quantile(curve)
    if median.value is not None:
        assert median.lower is not None
        assert median.lower <= median.value
        assert median.upper is None or median.upper >= median.value


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_without_censoring_the_curve_is_the_share_above(duration: list[int]) -> None:
    curve = survival.kaplan_meier(duration, [True] * len(duration))
    shares = [np.mean(np.array(duration) > time) for time in curve.time]
    assert curve.survival == pytest.approx(shares, abs=1e-12)


def test_remission_times_come_out_as_published() -> None:
    """Survival as in Kalbfleisch & Prentice; median 23 weeks with a 95 % interval from 13, without an end."""
    duration = [float(text.rstrip("+")) for text in REMISSION]
    curve = survival.kaplan_meier(duration, [not text.endswith("+") for text in REMISSION])
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=0.0005)
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert survival.quantile(curve) == survival.SurvivalTime(23.0, 13.0, None)


def test_censored_at_the_same_time_is_still_at_risk() -> None:
    curve = survival.kaplan_meier([5, 5], [True, False])
    assert curve.survival.tolist() == [0.5]
    assert survival.quantile(curve).value == 5.0
    assert survival.survival_at(curve, [4.9, 5.0]).tolist() == [1.0, 0.5]


def test_nothing_and_nothing_happened_have_no_median() -> None:
    nothing = survival.kaplan_meier([], [])
    assert survival.quantile(nothing) == survival.SurvivalTime(None, None, None)
    assert np.isnan(survival.survival_at(nothing, [1.0])).all()
    waiting = survival.kaplan_meier([3.0, 4.0], [False, False])
    assert survival.quantile(waiting).value is None
    assert survival.survival_at(waiting, [10.0]).tolist() == [1.0]
    with pytest.raises(ValueError, match="negative"):
        survival.kaplan_meier([-1.0], [True])


def panel(rows: list[tuple[bool, float, float, float, float]]) -> tuple[np.ndarray, ...]:
    """Accounts over four periods: account, period, target, outcome."""
    n = len(rows)
    outcome = np.array([row[1:] for row in rows])
    return np.repeat(np.arange(n), 4), np.tile(np.arange(4), n), np.repeat([row[0] for row in rows], 4), outcome.ravel()


@settings(deadline=None)
@given(PANEL, st.integers(0, 10_000))
def test_what_belongs_to_an_account_or_a_period_does_not_move_the_lift(
    rows: list[tuple[bool, float, float, float, float]], seed: int
) -> None:
    account, period, target, outcome = panel([(True, 0, 1, 2, 3), (False, 1, 1, 3, 4), *rows])
    random = np.random.default_rng(seed)
    shifted = outcome + random.normal(0, 100, account.max() + 1)[account] + random.normal(0, 100, 4)[period]
    one, other = (lift.difference_in_differences(account, period, target, y, pre=2, post=3) for y in (outcome, shifted))
    assert one.estimate is not None
    assert other.estimate is not None
    assert other.estimate.value == pytest.approx(one.estimate.value, abs=1e-6)
    if one.estimate.standard_error is not None:
        assert other.estimate.standard_error == pytest.approx(one.estimate.standard_error, abs=1e-6)
    assert one.pre_trend is not None
    assert other.pre_trend is not None
    assert other.pre_trend.slope.value == pytest.approx(one.pre_trend.slope.value, abs=1e-6)


@settings(deadline=None)
@given(PANEL)
def test_the_lift_is_the_difference_of_cell_means(rows: list[tuple[bool, float, float, float, float]]) -> None:
    account, period, target, outcome = panel([(True, 0, 1, 2, 3), (False, 1, 1, 3, 4), *rows])
    found = lift.difference_in_differences(account, period, target, outcome, pre=2, post=3)
    cell = {
        (side, time): outcome[(target == side) & (period == time)].mean() for side in (True, False) for time in (2, 3)
    }
    expected = cell[True, 3] - cell[True, 2] - (cell[False, 3] - cell[False, 2])
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(expected, abs=1e-6)
    assert found.means.difference == pytest.approx(expected, abs=1e-6)


def made_panel(lift_made: float, trend: float, seed: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    accounts, periods = 200, 5
    account, period = np.repeat(np.arange(accounts), periods), np.tile(np.arange(periods), accounts)
    target = account < 80
    outcome = (
        random.normal(50, 20, accounts)[account]
        + 3.0 * period
        + trend * period * target
        + lift_made * (target & (period == 4))
        + random.normal(0, 5, account.size)
    )
    return account, period, target, outcome


def test_a_lift_that_was_made_is_found_and_an_account_effect_does_not_widen_it() -> None:
    found = lift.difference_in_differences(*made_panel(10.0, 0.0, 1), pre=3, post=4)
    classical = lift.difference_in_differences(*made_panel(10.0, 0.0, 1), pre=3, post=4, se="classical")
    assert found.estimate is not None
    assert classical.estimate is not None
    assert found.estimate.lower is not None
    assert found.estimate.upper is not None
    assert found.estimate.lower < 10.0 < found.estimate.upper
    assert found.estimate.standard_error is not None
    assert classical.estimate.standard_error is not None
    assert found.estimate.standard_error < 0.5 * classical.estimate.standard_error
    assert found.estimate.degrees_of_freedom == 199
    assert (found.target_accounts, found.control_accounts) == (80, 120)
    assert found.pre_trend is not None
    assert found.pre_trend.slope.p_value is not None
    assert found.pre_trend.slope.p_value > 0.01


def test_a_pre_trend_that_was_made_is_found() -> None:
    found = lift.difference_in_differences(*made_panel(0.0, 4.0, 2), pre=3, post=4).pre_trend
    assert found is not None
    assert found.slope.value == pytest.approx(4.0, abs=0.7)
    assert found.slope.p_value is not None
    assert found.slope.p_value < 1e-6
    assert [period for period, _ in found.gaps] == [0, 1, 2, 3]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    hits = 0
    for seed in range(200):
        estimate = lift.difference_in_differences(*made_panel(5.0, 0.0, seed), pre=3, post=4).estimate
        assert estimate is not None
        assert estimate.lower is not None
        assert estimate.upper is not None
        hits += estimate.lower <= 5.0 <= estimate.upper
    assert 180 <= hits <= 198


def test_an_empty_cell_leaves_the_lift_unknown_and_the_change_known() -> None:
    found = lift.difference_in_differences([1, 1], [0, 1], [True, True], [5.0, 9.0], pre=0, post=1)
    assert found.estimate is None
    assert found.relative_lift is None
    assert found.means.target_change == 4.0
    nothing = lift.difference_in_differences([], [], [], [], pre=0, post=1)
    assert nothing.means == lift.CellMeans(None, None, None, None)


def test_one_account_a_group_gives_an_estimate_without_an_interval() -> None:
    found = lift.difference_in_differences(
        [1, 1, 2, 2], [0, 1, 0, 1], [1, 1, 0, 0], [5.0, 9.0, 4.0, 5.0], pre=0, post=1
    )
    assert found.estimate == lift.Estimate(3.0, None, None, None, None, None)
    assert found.relative_lift == pytest.approx(3 / 6)


def test_an_account_counts_once_a_cell() -> None:
    account, period = [1, 1, 1, 2, 2, 3, 3], [0, 0, 1, 0, 1, 0, 1]
    found = lift.difference_in_differences(
        account, period, [1, 1, 1, 1, 1, 0, 0], [2.0, 4.0, 5.0, 5.0, 9.0, 1.0, 1.0], pre=0, post=1
    )
    assert found.means.target_pre == 4.0, "the mean of 3 and 5"


def test_accounts_seen_once_have_classical_errors() -> None:
    outcome = [1.0, 2.0, 4.0, 6.0, 1.0, 3.0, 2.0, 4.0]
    period, target = [0, 0, 1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 0, 0, 0, 0]
    found = lift.difference_in_differences(range(8), period, target, outcome, pre=0, post=1)
    assert found.se == "classical"
    assert found.estimate is not None
    assert found.estimate.degrees_of_freedom == 4


def test_relative_lift_needs_something_to_lift() -> None:
    assert lift.CellMeans(1.0, 4.0, 5.0, 4.0).relative_lift is None, "targets would have had 0"
    assert lift.CellMeans(2.0, 4.0, 5.0, 4.0).relative_lift == pytest.approx(3.0)


def test_before_must_be_before() -> None:
    with pytest.raises(ValueError, match="'pre' must be before 'post'"):
        lift.difference_in_differences([1], [0], [True], [1.0], pre=1, post=1)
