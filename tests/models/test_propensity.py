"""Propensity: reasons add up, probabilities are honest, too little is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from accountlens.models import propensity
from accountlens.models.fitting import InsufficientData
from accountlens.models.logistic import encode, encoding_of, fit_line

NAMES = ("visits", "meetings", "days_since_last", "employees")


def accounts(n: int, seed: int, missing: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features on very different scales, outcomes, and the true probability. Unknown visits speak against."""
    random = np.random.default_rng(seed)
    x = np.column_stack(
        [random.poisson(20, n), random.poisson(2, n), random.exponential(30, n), random.lognormal(6, 1, n)]
    ).astype(float)
    unknown = random.random(n) < missing
    eta = -1.5 + 0.08 * (x[:, 0] - 20) + 0.6 * (x[:, 1] - 2) - 0.03 * (x[:, 2] - 30) - 1.0 * unknown
    x[unknown, 0] = np.nan
    probability = expit(eta)
    return x, (random.random(n) < probability).astype(float), probability


@pytest.fixture(scope="module")
def model() -> propensity.PropensityFit:
    x, y, _ = accounts(4000, 1, missing=0.2)
    return propensity.fit(x, y, NAMES)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(*[st.none() | st.floats(-1e4, 1e4)] * 4), min_size=1, max_size=20))
def test_reasons_sum_to_the_difference_of_the_logits(
    model: propensity.PropensityFit, rows: list[tuple[float | None, ...]]
) -> None:
    asked = np.array([[math.nan if value is None else value for value in row] for row in rows])
    found = propensity.reasons(model, asked)
    assert found.contribution.sum(axis=1) == pytest.approx(found.difference, abs=0)
    assert found.logit == pytest.approx(found.base + found.difference, abs=0)
    assert propensity.predict(model, asked) == pytest.approx(expit(found.logit), abs=0)


def test_a_reason_is_the_coefficient_times_the_distance_from_the_mean(model: propensity.PropensityFit) -> None:
    x, _, _ = accounts(5, 9)
    found = propensity.reasons(model, x)
    assert found.columns == (*NAMES, "visits missing")
    place = found.columns.index("days_since_last")
    per_day = model.line.coefficients[place] / model.encoding.scale[place]
    assert per_day == pytest.approx(-0.03, rel=0.2)
    assert found.contribution[:, place] == pytest.approx(per_day * (x[:, 2] - model.encoding.mean[place]))


def test_an_unknown_value_has_a_reason_of_its_own(model: propensity.PropensityFit) -> None:
    found = propensity.reasons(model, [[math.nan, 2.0, 30.0, 400.0]])
    reason = dict(zip(found.columns, found.contribution[0].tolist(), strict=True))
    assert reason["visits"] == 0
    assert reason["visits missing"] < -0.4
    late = propensity.reasons(model, [[20.0, math.nan, 30.0, 400.0]])
    assert late.contribution[0, 1] == 0, "never unknown before: taken as the mean"


def test_probabilities_are_near_the_truth_and_quality_is_that_of_unseen_rows(model: propensity.PropensityFit) -> None:
    x, y, truth = accounts(20_000, 5, missing=0.2)
    probability = propensity.predict(model, x)
    assert np.abs(probability - truth).mean() < 0.03
    assert model.quality.auc == pytest.approx(propensity.area_under_curve(probability, y), abs=0.05)
    assert model.quality.brier == pytest.approx(np.mean((probability - y) ** 2), abs=0.015)
    assert model.quality.brier < model.quality.brier_of_share
    assert model.hold_out.total_ratio == pytest.approx(1.0, abs=0.15)
    assert sum(each.n for each in model.quality.calibration) == model.hold_out.n == pytest.approx(1000, abs=1)
    assert all(abs(each.predicted - each.observed) < 0.2 for each in model.quality.calibration)


def test_the_same_seed_gives_the_same_model(model: propensity.PropensityFit) -> None:
    x, y, _ = accounts(4000, 1, missing=0.2)
    again = propensity.fit(x, y, NAMES)
    assert (again.line.coefficients == model.line.coefficients).all()
    assert again.quality == model.quality


def test_rows_to_hold_out_can_be_named() -> None:
    x, y, _ = accounts(1000, 6)
    latest = np.arange(1000) >= 800
    assert propensity.fit(x, y, NAMES, hold_out=latest).hold_out.n == 200


def test_ridge_is_the_textbook_one() -> None:
    """At the minimum the gradient of Σ loss + l2 / 2 Σ w² vanishes."""
    x, y, _ = accounts(500, 8)
    z = encode(encoding_of(x), x)
    line = fit_line(z, y, 3.0)
    residual = expit(line.logit(z)) - y
    assert residual.sum() == pytest.approx(0, abs=1e-5)
    assert z.T @ residual + 3.0 * line.coefficients == pytest.approx(0, abs=1e-5)


def test_one_binary_feature_gives_the_two_shares() -> None:
    x = np.repeat([[0.0], [1.0]], [40, 60], axis=0)
    y = np.concatenate([np.ones(10), np.zeros(30), np.ones(45), np.zeros(15)])
    line = fit_line(x, y, 0.0)
    assert line.base == pytest.approx(logit(0.25))
    assert line.base + line.coefficients[0] == pytest.approx(logit(0.75))


def test_area_under_the_curve_counts_pairs() -> None:
    assert propensity.area_under_curve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert propensity.area_under_curve([1.0, 1.0], [0, 1]) == 0.5


def test_too_little_is_refused_with_the_number_that_is_missing() -> None:
    x, y, _ = accounts(400, 2)
    rare = np.zeros(400)
    rare[:39] = 1
    with pytest.raises(InsufficientData, match="39 accounts have the rarer outcome; a propensity needs 40"):
        propensity.fit(x, rare, NAMES)
    wide = np.random.default_rng(0).normal(size=(400, 30))
    scarce = np.zeros(400)
    scarce[:100] = 1
    with pytest.raises(InsufficientData, match="30 columns need 150"):
        propensity.fit(wide, scarce, [str(number) for number in range(30)])
    with pytest.raises(InsufficientData, match="no feature varies"):
        propensity.fit(np.ones((400, 1)), y, ["same"])
    with pytest.raises(InsufficientData, match="one outcome only"):
        propensity.fit(x, y, NAMES, hold_out=y == 1)


def test_features_that_say_nothing_are_refused() -> None:
    refused = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        try:
            noise = propensity.fit(random.normal(size=(400, 3)), random.random(400) < 0.4, "abc")
        except InsufficientData as refusal:
            refused += "no better than chance" in refusal.reason
        else:
            spread = propensity.predict(noise, random.normal(size=(400, 3))).std()
            assert spread < 0.15, "little is claimed from noise"
    assert refused >= 5


def test_outcomes_that_features_tell_apart_do_not_run_away() -> None:
    x = np.linspace(-1, 1, 200)[:, None]
    fitted = propensity.fit(x, x[:, 0] > 0, ["x"])
    assert fitted.quality.auc == 1.0
    assert np.isfinite(fitted.line.coefficients).all()


def test_wrong_arrays_are_refused() -> None:
    x, y, _ = accounts(200, 2)
    with pytest.raises(ValueError, match=r"shape \(n, 3\)"):
        propensity.fit(x, y, NAMES[:3])
    with pytest.raises(ValueError, match="0 or 1"):
        propensity.fit(x, y * 2, NAMES)
    with pytest.raises(ValueError, match="infinite"):
        propensity.fit(np.where(x > 100, np.inf, x), y, NAMES)
