"""Propensity: the probability that an account will convert, and for each account the reasons.

Logistic regression with an L2 penalty on standardised features (le Cessie & van Houwelingen 1992), fitted by Newton's
method. Calibrated by Platt's sigmoid (Platt 1999), because it keeps the logit linear, so that reasons add up, and
because isotonic regression needs about 1,000 rows not to overfit (Niculescu-Mizil & Caruana 2005).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from accountlens.models.arrays import BoolArray, FloatArray, finite
from accountlens.models.fitting import HoldOut, InsufficientData, compare
from accountlens.models.logistic import Encoding, Line, encode, encoding_of, fit_line, log_likelihood

# Of the rarer outcome: with a quarter held out, ten judge and thirty teach. Ours; validation studies ask for 100.
MIN_RARER = 40
# Rarer outcomes per column: half of Peduzzi et al. (1996), J. Clin. Epidemiol. 49(12), because coefficients shrink.
MIN_RARER_PER_COLUMN = 5
HOLD_OUT_SHARE = 0.25
FOLDS = 5
BINS = 10
MIN_BIN = 10


@dataclass(frozen=True)
class CalibrationBin:
    """Hold-out rows of alike prediction: what was predicted, and what share came about."""

    n: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Quality:
    """On hold-out rows that neither fitting nor calibration has seen."""

    auc: float  # chance that a converted account is ranked above another
    brier: float  # mean squared error of the probability
    brier_of_share: float  # of predicting everybody the share in the training rows: to be beaten
    calibration: tuple[CalibrationBin, ...]


@dataclass(frozen=True)
class PropensityFit:
    """Logit = base + Σ coefficient × (x - mean) / scale over the columns of the encoding."""

    features: tuple[str, ...]
    encoding: Encoding
    line: Line  # calibrated: base and one coefficient per column
    n: int
    events: int
    l2: float
    log_likelihood: float  # of the calibrated model, over all rows
    converged: bool
    hold_out: HoldOut
    quality: Quality


@dataclass(frozen=True)
class Reasons:
    """Why an account's logit differs from that of an account with average features.

    Row i of `contribution` sums to `difference[i]`; logit = base + difference.
    """

    columns: tuple[str, ...]  # features, and "<feature> missing"
    contribution: FloatArray  # (n, columns), in logits
    difference: FloatArray  # (n,)
    base: float
    logit: FloatArray  # (n,)


def fit(
    features: ArrayLike,
    outcome: ArrayLike,
    names: Sequence[str],
    *,
    l2: float = 1.0,
    seed: int = 0,
    hold_out: ArrayLike | None = None,
    purged: ArrayLike | None = None,
) -> PropensityFit:
    """A model of all rows; its quality is that of the same recipe on a hold-out.

    Args:
        features: shape (n, k), NaN where unknown. A feature with unknown values also gets an indicator column; a
            column that does not vary is left out.
        outcome: shape (n,), 0 or 1.
        names: of the k features.
        l2: penalty l2 / 2 × Σ coefficient² against the summed loss, as scikit-learn's 1 / C.
        seed: of the split into folds and hold-out.
        hold_out: shape (n,), rows to hold out, e.g. the latest; default a quarter at random, by outcome.
        purged: shape (n,), rows that do not teach in that check, such as those whose outcome was not known yet when the
            hold-out begins (López de Prado 2018, ch. 7); default none. The model itself is of all rows.

    Raises:
        InsufficientData: under 40 rows of the rarer outcome, or under 5 per column; a hold-out or training part
            without both outcomes; features that rank rows they were not fitted on no better than chance.
        ValueError: shapes do not fit, a feature is infinite, an outcome is neither 0 nor 1.
    """
    x, y = _checked(features, outcome, names)
    random = np.random.default_rng(seed)
    held = _stratified(y, random) < HOLD_OUT_SHARE if hold_out is None else np.asarray(hold_out, dtype=bool)
    taught = ~held if purged is None else ~held & ~np.asarray(purged, dtype=bool)
    if not len(held) == len(taught) == len(y):
        raise ValueError(f"'hold_out' has {len(held)} rows, 'features' {len(y)}")
    _refuse_too_few(x, y, held, taught)
    encoding, line = _train(x[taught], y[taught], l2, random)
    probability = expit(line.logit(encode(encoding, x[held])))
    check = compare(probability, y[held])
    assert check is not None  # the hold-out has rows of both outcomes
    quality = _quality(probability, y[held], float(y[taught].mean()))
    encoding, line = _train(x, y, l2, random)
    loglik = log_likelihood(line.logit(encode(encoding, x)), y)
    return PropensityFit(tuple(names), encoding, line, len(y), int(y.sum()), l2, loglik, True, check, quality)


def predict(model: PropensityFit, features: ArrayLike) -> FloatArray:
    """The probability of each account, shape (n,), from features of shape (n, k) in the order of the fit."""
    return np.asarray(expit(reasons(model, features).logit))


def reasons(model: PropensityFit, features: ArrayLike) -> Reasons:
    """Each column's part in each account's logit, from features of shape (n, k) in the order of the fit.

    A value unknown to the account counts as the mean; that it is unknown has a part of its own, if it ever was
    unknown in the rows fitted.
    """
    x = _matrix(features, len(model.features))
    contribution = encode(model.encoding, x) * model.line.coefficients
    difference = contribution.sum(axis=1)
    names = tuple(
        f"{model.features[column]} missing" if missing else model.features[column]
        for column, missing in zip(model.encoding.feature.tolist(), model.encoding.indicator.tolist(), strict=True)
    )
    return Reasons(names, contribution, difference, model.line.base, model.line.base + difference)


def to_json(model: PropensityFit) -> dict[str, Any]:
    """A fit as what JSON knows; its numbers come back as they were."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(model), default=np.ndarray.tolist))
    return told


def from_json(told: Mapping[str, Any]) -> PropensityFit:
    """The fit that was written by `to_json`."""
    encoding, line, quality = told["encoding"], told["line"], told["quality"]
    calibration = tuple(CalibrationBin(**one) for one in quality["calibration"])
    again = {
        "features": tuple(told["features"]),
        "encoding": Encoding(
            np.array(encoding["feature"], dtype=np.int64), np.array(encoding["indicator"], dtype=np.bool_),
            np.array(encoding["mean"], dtype=np.float64), np.array(encoding["scale"], dtype=np.float64),
        ),
        "line": Line(line["base"], np.array(line["coefficients"], dtype=np.float64)),
        "hold_out": HoldOut(**told["hold_out"]),
        "quality": Quality(**{**quality, "calibration": calibration}),
    }  # fmt: skip
    return PropensityFit(**{**told, **again})


def area_under_curve(score: ArrayLike, outcome: ArrayLike) -> float:
    """Mann-Whitney's share of pairs ranked rightly, ties half; needs both outcomes."""
    scores, y = finite(score=score, outcome=outcome)
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    ones = float(y.sum())
    return float((rank[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


def _matrix(features: ArrayLike, columns: int) -> FloatArray:
    x = np.asarray(features, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != columns:
        raise ValueError(f"'features' must have shape (n, {columns}), not {x.shape}")
    if np.isinf(x).any():
        raise ValueError("'features' holds infinite values")
    return x


def _checked(features: ArrayLike, outcome: ArrayLike, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    x = _matrix(features, len(names))
    (y,) = finite(outcome=outcome)
    if len(y) != len(x) or not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("'outcome' must hold a 0 or 1 for each row of 'features'")
    return x, y


def _refuse_too_few(x: FloatArray, y: FloatArray, held: BoolArray, taught: BoolArray) -> None:
    rarer = int(min(y.sum(), len(y) - y.sum()))
    if rarer < MIN_RARER:
        raise InsufficientData(f"{rarer} accounts have the rarer outcome; a propensity needs {MIN_RARER}")
    columns = len(encoding_of(x).feature)
    if columns == 0:
        raise InsufficientData("no feature varies between accounts")
    if rarer < MIN_RARER_PER_COLUMN * columns:
        raise InsufficientData(
            f"{rarer} accounts have the rarer outcome; {columns} columns need {MIN_RARER_PER_COLUMN * columns}",
            mend="Leave out features.",
        )
    if len({*y[held].tolist()}) < 2 or len({*y[taught].tolist()}) < 2:
        raise InsufficientData("the hold-out or what is left of the rows has one outcome only")


def _train(x: FloatArray, y: FloatArray, l2: float, random: np.random.Generator) -> tuple[Encoding, Line]:
    """Fitted on all rows, and calibrated on what each fold is predicted by the other folds."""
    encoding = encoding_of(x)
    line = fit_line(encode(encoding, x), y, l2)
    fold = np.floor(_stratified(y, random) * FOLDS)
    apart = np.empty(len(y))
    for number in range(FOLDS):
        mine = fold == number
        others, taught = encoding_of(x[~mine]), y[~mine]
        near = line if len(others.feature) == len(encoding.feature) else None
        apart[mine] = fit_line(encode(others, x[~mine]), taught, l2, near).logit(encode(others, x[mine]))
    slope, base = _platt(apart, y)
    if slope <= 0:
        raise InsufficientData("the features rank accounts they were not fitted on no better than chance")
    return encoding, Line(base + slope * line.base, slope * line.coefficients)


def _platt(logit: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Slope and base of the sigmoid over logits, with Platt's targets that keep away from 0 and 1."""
    ones, zeros = y.sum(), len(y) - y.sum()
    targets = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    line = fit_line(logit[:, None], targets, 0.0)
    return float(line.coefficients[0]), line.base


def _stratified(y: FloatArray, random: np.random.Generator) -> FloatArray:
    """For each row its place among the rows of its outcome in random order, in [0, 1)."""
    place = np.empty(len(y))
    for value in (0.0, 1.0):
        rows = np.flatnonzero(y == value)
        place[random.permutation(rows)] = np.arange(len(rows)) / max(len(rows), 1)
    return place


def _quality(probability: FloatArray, y: FloatArray, share: float) -> Quality:
    order = np.argsort(probability, kind="stable")
    bins = np.array_split(order, max(1, min(BINS, len(order) // MIN_BIN)))
    return Quality(
        auc=area_under_curve(probability, y),
        brier=float(np.mean((probability - y) ** 2)),
        brier_of_share=float(np.mean((share - y) ** 2)),
        calibration=tuple(
            CalibrationBin(len(rows), float(probability[rows].mean()), float(y[rows].mean())) for rows in bins
        ),
    )
