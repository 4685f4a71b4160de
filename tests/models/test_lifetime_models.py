"""Lifetime values: models find the parameters that made the data, stay calm at the edges, and refuse too little."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution
from tests.models import simulate

from accountlens.models import bgnbd, clv, gamma_gamma, rfm, sbg
from accountlens.models.bgnbd import BgnbdParameters
from accountlens.models.fitting import InsufficientData, compare
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.rfm import RfmSummary
from accountlens.models.sbg import SbgParameters

SHOP = BgnbdParameters(r=0.8, alpha=20.0, a=0.8, b=2.5)
VALUES = GammaGammaParameters(p=6.0, q=4.0, v=20.0)
SOUND = st.floats(0.05, 20.0)


def test_bgnbd_finds_the_parameters_that_made_the_customers() -> None:
    fitted = bgnbd.fit(simulate.summary(SHOP, customers=20_000, age=300.0, seed=1))
    found = fitted.parameters
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.8, 20.0, 0.8, 2.5), rel=0.1)
    assert fitted.converged
    assert fitted.n == 20_000


def test_bgnbd_knows_how_often_a_new_customer_buys() -> None:
    made = simulate.summary(SHOP, customers=40_000, age=300.0, seed=2)
    assert bgnbd.expected_purchases(SHOP, [300.0])[0] == pytest.approx(made.frequency.mean(), rel=0.03)


def test_a_fit_does_not_depend_on_the_unit_of_time(cdnow: RfmSummary) -> None:
    weeks = bgnbd.fit(cdnow)
    days = bgnbd.fit(replace(cdnow, recency=cdnow.recency * 7, age=cdnow.age * 7, period_days=1.0))
    assert days.parameters.alpha == pytest.approx(7 * weeks.parameters.alpha, rel=1e-4)
    assert days.parameters.r == pytest.approx(weeks.parameters.r, rel=1e-4)
    shift = -cdnow.frequency.sum() * math.log(7)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood + shift, abs=1e-3)


def test_a_fit_is_a_maximum(cdnow: RfmSummary) -> None:
    fitted = bgnbd.fit(cdnow)
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.99, 1.01):
            moved = replace(fitted.parameters, **{name: getattr(fitted.parameters, name) * factor})
            there = bgnbd.log_likelihood(moved, cdnow.frequency, cdnow.recency, cdnow.age).sum()
            assert there < fitted.log_likelihood


def test_a_penalizer_pulls_parameters_in(cdnow: RfmSummary) -> None:
    free, held = bgnbd.fit(cdnow), bgnbd.fit(cdnow, penalizer=0.01)
    assert held.parameters.b < free.parameters.b
    assert held.log_likelihood < free.log_likelihood


@settings(deadline=None)
@given(SOUND, SOUND, SOUND, SOUND, st.integers(0, 5000), st.floats(0, 1), st.floats(1, 500), st.floats(0.01, 500))
def test_expectations_are_sound_whatever_the_customer(
    r: float, alpha: float, a: float, b: float, x: int, last: float, age: float, t: float
) -> None:
    parameters, recency = BgnbdParameters(r, alpha, a, b), age * last if x else 0.0
    alive = bgnbd.probability_alive(parameters, [x], [recency], [age])[0]
    soon, late = (
        bgnbd.conditional_expected_purchases(parameters, time, [x], [recency], [age])[0] for time in (t, 2 * t)
    )
    assert 0 <= alive <= 1
    assert x or alive == 1
    assert soon >= -1e-9
    assert late >= soon * (1 - 1e-9) - 1e-9
    assert soon <= alive * t * (r + x) / (alpha + age) * (1 + 1e-6) + 1e-9, "no more than without dropout"


@pytest.mark.parametrize("a", [1.0, 1 + 1e-8, 1 - 1e-7])
def test_the_hole_at_a_equal_one_is_no_pole(a: float) -> None:
    beside, there = (replace(SHOP, a=value) for value in (1 + 1e-4, a))
    one, other = (bgnbd.conditional_expected_purchases(each, 30.0, [3], [40.0], [50.0])[0] for each in (beside, there))
    assert one == pytest.approx(other, rel=1e-3)
    near = bgnbd.expected_purchases(BgnbdParameters(0.5, 5.0, 0.4, 0.6 + 1e-4), [10.0])[0]
    assert bgnbd.expected_purchases(BgnbdParameters(0.5, 5.0, 0.4, 0.6), [10.0])[0] == pytest.approx(near, rel=1e-3)


def test_expected_purchases_are_what_a_sum_over_the_process_says() -> None:
    """E[X(t)] by integrating over rates and dropout: purchases of one customer are (1 - e^(-λ p t)) / p."""
    random = np.random.default_rng(4)
    rate, leaving = random.gamma(SHOP.r, 1 / SHOP.alpha, 400_000), random.beta(SHOP.a, SHOP.b, 400_000)
    simulated = (-np.expm1(-rate * leaving * 100) / leaving).mean()
    assert bgnbd.expected_purchases(SHOP, [100.0])[0] == pytest.approx(simulated, rel=0.01)


def test_gamma_gamma_finds_the_parameters_that_made_the_values() -> None:
    random = np.random.default_rng(3)
    x = random.integers(1, 12, 20_000).astype(float)
    mean = random.gamma(VALUES.p * x, 1 / random.gamma(VALUES.q, 1 / VALUES.v, 20_000)) / x
    n = len(x)
    fitted = gamma_gamma.fit(RfmSummary(np.arange(n), x, np.ones(n), np.ones(n), mean))
    found = fitted.parameters
    assert found.q == pytest.approx(4.0, rel=0.05)
    assert (found.p, found.v) == pytest.approx((6.0, 20.0), rel=0.2), "they make up for each other: 7 % standard error"
    gain = fitted.log_likelihood - gamma_gamma.log_likelihood(VALUES, x, mean).sum()
    assert 0 <= 2 * gain < 11.35, "chi-squared with 3 degrees of freedom, 99 %"
    assert found.mean_value == pytest.approx(mean.mean(), rel=0.03)


def test_expected_value_lies_between_own_mean_and_everybodys() -> None:
    own, everybody = 100.0, VALUES.mean_value
    assert everybody == 40.0
    values = gamma_gamma.expected_average_value(VALUES, [0, 1, 5, 500], [math.nan, own, own, own])
    assert values[0] == everybody
    assert everybody < values[1] < values[2] < values[3] < own


def test_a_mean_that_does_not_exist_is_unknown() -> None:
    wild = GammaGammaParameters(6.0, 0.9, 20.0)
    assert wild.mean_value is None
    assert np.isnan(gamma_gamma.expected_average_value(wild, [0, 2], [0.0, 5.0])).all()
    assert np.isnan(gamma_gamma.expected_average_value(VALUES, [2, 2], [math.nan, -5.0])).all()


def test_lifetime_value_is_checked_on_a_hold_out() -> None:
    made = simulate.purchases(SHOP, VALUES, customers=4000, days=600, seed=7)
    model = clv.fit(made.customer, made.day, made.value, "2024-08-22", period_days=1.0)
    purchases, values = model.purchases.hold_out, model.values.hold_out
    assert purchases is not None
    assert purchases.total_ratio == pytest.approx(1.0, abs=0.1)
    assert values is not None
    assert values.total_ratio == pytest.approx(1.0, abs=0.1)
    assert model.correlation == pytest.approx(0.0, abs=0.1)
    month = clv.periods_per_month(1.0)
    worth = clv.lifetime_value(
        model.purchases.parameters, model.values.parameters, model.summary, periods_per_month=month
    )
    assert worth.shape == (model.summary.n,)
    assert (worth > 0).all()


def test_lifetime_value_without_discount_is_purchases_times_value(cdnow: RfmSummary) -> None:
    few = cdnow.take(cdnow.customer <= 20)
    parameters = BgnbdParameters(0.243, 4.414, 0.793, 2.426)
    worth = clv.lifetime_value(parameters, VALUES, few, periods_per_month=4.345, months=6, monthly_discount=0.0)
    bought = bgnbd.conditional_expected_purchases(parameters, 6 * 4.345, few.frequency, few.recency, few.age)
    assert worth == pytest.approx(bought * gamma_gamma.expected_average_value(VALUES, few.frequency, few.monetary))


def test_a_summary_counts_days_not_rows() -> None:
    found = rfm.summarise(
        ["b", "a", "b", "b", "b", "c"],
        ["2024-01-03T22:00", "2024-01-01", "2024-01-03T23:59", "2024-01-10", "2024-01-05", "2024-02-01"],
        [10.0, 5.0, 20.0, 7.0, 9.0, 1.0],
        "2024-01-31",
    )
    assert found.customer.tolist() == ["a", "b"], "who bought after the end is not known yet"
    assert found.frequency.tolist() == [0, 2]
    assert found.recency.tolist() == [0, 7]
    assert found.age.tolist() == [30, 28]
    assert math.isnan(found.monetary[0])
    assert found.monetary[1] == 8.0
    weeks = rfm.summarise(["b", "b"], ["2024-01-03", "2024-01-10"], None, "2024-01-31", period_days=7)
    assert (weeks.recency.tolist(), weeks.age.tolist()) == ([1.0], [4.0])


def test_a_split_tells_what_known_customers_did_later() -> None:
    customer = ["a", "a", "b", "b", "b", "c"]
    day = ["2024-01-01", "2024-02-10", "2024-01-05", "2024-01-20", "2024-02-02", "2024-02-20"]
    found = rfm.split(customer, day, [1.0, 4.0, 1.0, 3.0, 6.0, 9.0], "2024-01-31", "2024-02-29")
    assert found.calibration.customer.tolist() == ["a", "b"], "c came later"
    assert found.calibration.frequency.tolist() == [0, 1]
    assert found.frequency.tolist() == [1, 1]
    assert found.monetary.tolist() == [4.0, 6.0]
    assert found.duration == 29
    with pytest.raises(ValueError, match="must end before"):
        rfm.split(customer, day, None, "2024-02-29", "2024-02-29")


def test_nobody_is_no_error() -> None:
    nobody = rfm.summarise([], [], [], "2024-01-31")
    assert nobody.n == 0
    with pytest.raises(InsufficientData):
        clv.fit([], [], [], "2024-01-31")


def test_sbg_finds_the_parameters_that_made_the_cohorts() -> None:
    truth = SbgParameters(0.7, 2.0)
    cohorts = [simulate.survivors(truth, customers=4000, renewals=renewals, seed=renewals) for renewals in (8, 7, 6, 5)]
    fitted = sbg.fit(*cohorts, hold_out_periods=2)
    assert (fitted.parameters.alpha, fitted.parameters.beta) == pytest.approx((0.7, 2.0), rel=0.1)
    assert fitted.n == 16_000
    assert fitted.hold_out is not None
    assert fitted.hold_out.n == 8
    assert fitted.hold_out.total_ratio == pytest.approx(1.0, abs=0.02)


def test_sbg_of_one_chance_for_all_ends_near_the_geometric() -> None:
    cohort = 10_000 * 0.8 ** np.arange(6)
    found = sbg.fit(cohort).parameters
    assert sbg.retention(found, [1, 3, 5]) == pytest.approx([0.8] * 3, abs=0.002)


@settings(deadline=None)
@given(st.floats(0.1, 50), st.floats(0.1, 50))
def test_survival_falls_and_retention_rises(alpha: float, beta: float) -> None:
    parameters = SbgParameters(alpha, beta)
    t = np.arange(1, 30)
    survival, retention = sbg.survival(parameters, t), sbg.retention(parameters, t)
    assert sbg.survival(parameters, [0])[0] == 1
    assert (np.diff(survival) < 0).all()
    assert (np.diff(retention) > 0).all()
    assert np.cumprod(retention) == pytest.approx(survival, rel=1e-9)


@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 1.2), (3.8, 15.2), (50.0, 500.0)])
@pytest.mark.parametrize("discount", [0.005, 0.1])
def test_discounted_lifetime_is_the_sum_and_the_integral(alpha: float, beta: float, discount: float) -> None:
    parameters = SbgParameters(alpha, beta)
    closed = sbg.expected_lifetime(parameters, discount)
    assert closed == pytest.approx(sbg.expected_lifetime(parameters, discount, payments=20_000), rel=1e-9)
    chance = beta_distribution(alpha, beta).pdf
    assert closed == pytest.approx(
        quad(lambda p: (1 + discount) / (discount + p) * chance(p), 0, 1, limit=500)[0], rel=1e-4
    )


def test_lifetime_without_discount_may_have_no_end() -> None:
    assert sbg.expected_lifetime(SbgParameters(0.7, 1.2), 0.0) is None
    assert sbg.expected_lifetime(SbgParameters(2.0, 3.0), 0.0) == 4.0
    assert sbg.expected_lifetime(SbgParameters(2.0, 3.0), 0.0, payments=1) == 1.0


def test_lifetime_is_the_first_payment_and_what_is_left_of_a_new_customer() -> None:
    parameters, discount = SbgParameters(0.7, 1.2), 0.1
    whole = sbg.expected_lifetime(parameters, discount)
    left = sbg.expected_residual_lifetime(parameters, 0, discount)
    assert whole is not None
    assert left is not None
    assert whole == pytest.approx(1 + left / (1 + discount))
    later = sbg.expected_residual_lifetime(parameters, 5, discount)
    assert later is not None
    assert later > left, "who renewed often is loyal"


def few(customers: int) -> RfmSummary:
    return simulate.summary(SHOP, customers=customers, age=300.0, seed=1)


def test_too_little_is_refused_with_the_number_that_is_missing() -> None:
    with pytest.raises(InsufficientData, match=r"customers bought again; BG/NBD needs 50"):
        bgnbd.fit(few(30))
    with pytest.raises(InsufficientData, match=r"0 customers bought again with a positive value.* needs 50"):
        gamma_gamma.fit(few(300))
    with pytest.raises(InsufficientData, match=r"1 renewals seen; sBG needs 2"):
        sbg.fit([100, 60])
    with pytest.raises(InsufficientData, match=r"8 customers did not renew; sBG needs 20"):
        sbg.fit([100, 95, 92])


def test_customers_who_never_leave_are_a_model_without_dropout() -> None:
    random = np.random.default_rng(5)
    age = np.full(2000, 100.0)
    x = random.poisson(random.gamma(0.8, 1 / 10.0, 2000) * age).astype(float)
    recency = np.where(x > 0, age * random.beta(np.maximum(x, 1), 1), 0.0)  # the last of x even arrivals
    fitted = bgnbd.fit(RfmSummary(np.arange(2000), x, recency, age, np.full(2000, np.nan)))
    assert fitted.parameters.a / (fitted.parameters.a + fitted.parameters.b) < 0.01
    assert (fitted.parameters.r, fitted.parameters.alpha) == pytest.approx((0.8, 10.0), rel=0.1)
    expected = bgnbd.conditional_expected_purchases(fitted.parameters, 50.0, x, recency, age)
    assert expected.sum() == pytest.approx(x.sum() / 2, rel=0.05)


def test_a_likelihood_without_a_maximum_is_refused() -> None:
    n = 200
    alike = RfmSummary(np.arange(n), np.full(n, 5.0), np.full(n, 10.0), np.full(n, 10.0), np.full(n, 30.0))
    with pytest.raises(InsufficientData, match="did not converge"):
        bgnbd.fit(alike)
    with pytest.raises(InsufficientData, match="did not converge"):
        gamma_gamma.fit(alike)


def test_wrong_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="'recency' is greater than 'age'"):
        RfmSummary(np.arange(1), np.ones(1), np.full(1, 5.0), np.full(1, 4.0), np.ones(1))
    with pytest.raises(ValueError, match="must not grow"):
        sbg.fit([100, 90, 95])
    with pytest.raises(ValueError, match="must be positive"):
        BgnbdParameters(0.0, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="differ in length: predicted 2, actual 1"):
        compare([1, 2], [1])


def test_a_hold_out_of_nothing_is_none_and_of_no_purchase_has_no_ratio() -> None:
    assert compare([], []) is None
    found = compare([1.0, 2.0], [0.0, 0.0])
    assert found is not None
    assert found.total_ratio is None
    assert found.mean_absolute_error == 1.5
