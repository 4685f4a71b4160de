"""The recipe of a propensity: learned from customers at earlier month ends, told of those who pay now, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from accountlens.models import propensity
from accountlens.models.arrays import BoolArray, FloatArray, IntArray
from accountlens.models.facts.customers import DAY, Customers, customers_of
from accountlens.models.fitting import InsufficientData
from accountlens.models.moments import month_ends
from accountlens.models.propensity import PropensityFit
from accountlens.models.registry import Fitted, Parameters, Run, nothing

MONTHS = 24  # that are learned from
MIN_CUSTOMERS = 50
HELD_BACK = 0.25  # of the months, the latest, for the check
REASONS = ("first", "second", "third")


@dataclass(frozen=True)
class Outlook:
    """What is to be foreseen out of what: `known` sees nothing from its moment on, `came_true` looks `days` ahead."""

    kinds: Sequence[str]  # of the input rows
    features: Sequence[str]
    days: float
    known: Callable[[Customers, np.datetime64], FloatArray]  # shape (n, features)
    came_true: Callable[[Customers, np.datetime64], BoolArray]  # shape (n,)
    recent: Mapping[str, float]  # kind → days before a moment; of it, `known` sees nothing older


@dataclass(frozen=True)
class _Seen:
    """Who paid at a moment. `number` is the place of a customer among all, shape (n,)."""

    number: IntArray
    features: FloatArray  # shape (n, k)
    outcome: FloatArray | None  # shape (n,); None where it is not to be known yet


class Propensities:
    """One row per customer who pays at a moment, for each of several; nothing is known from there on.

    What was known at a month's end, and what came of it, is found once for all of them.
    """

    def __init__(self, outlook: Outlook, parameters: Parameters, moments: Sequence[datetime]) -> None:
        self.outlook, self.penalty = outlook, float(parameters["penalty"])
        zone = str(parameters["time_zone"])
        self.ends = {_us(one): [_us(end) for end in month_ends(one, zone, MONTHS)] for one in moments}
        self.names: list[str] = []
        self.seen: dict[np.datetime64, list[_Seen]] = {}
        self.latest: PropensityFit | None = None  # for the last moment
        self.recalled = False
        for now in self.ends:
            self.seen |= {end: [] for end in (now, *self._past(now))}

    def recall(self, learnt: Mapping[str, Any], since: datetime) -> bool:
        """Take over the latest fit, where the same month ends teach it and nothing has changed of what they tell."""
        now = max(self.ends)
        past = self._past(now)
        if not past or learnt["ends"] != [str(end) for end in past] or past[-1] + self.outlook.days * DAY > _us(since):
            return False
        self.latest, self.recalled, self.seen = propensity.from_json(learnt["fit"]), True, {now: []}
        return True

    def learnt(self) -> dict[str, Any] | None:
        """The latest fit, and the month ends that taught it."""
        if self.latest is None:
            return None
        return {"ends": [str(end) for end in self._past(max(self.ends))], "fit": propensity.to_json(self.latest)}

    def needs(self) -> str:
        """SQL of the input's rows that are to be seen: where the fit is recalled, what is known now."""
        if not self.recalled:
            return "true"
        now = max(self.ends)
        first = {kind: now - np.timedelta64(round(days * 86400), "s") for kind, days in self.outlook.recent.items()}
        return " AND ".join(f"(kind <> '{kind}' OR happened_at >= TIMESTAMP '{at}')" for kind, at in first.items())

    def see(self, rows: pa.Table) -> None:
        """Take in all rows of some customers, after those before them by name."""
        customers = customers_of(rows, self.outlook.kinds)
        last = max(self.ends)
        for moment, parts in self.seen.items():
            live = np.flatnonzero(customers.mrr(moment) > 0)
            foreseen = moment + self.outlook.days * DAY <= last
            outcome = self.outlook.came_true(customers, moment)[live].astype(np.float64) if foreseen else None
            parts.append(_Seen(live + len(self.names), self.outlook.known(customers, moment)[live], outcome))
        self.names += customers.names

    def fit(self, moment: datetime) -> Fitted:
        """One row per customer who pays at a moment, and how the model was made."""
        now = _us(moment)
        model = self.latest if self.recalled else self._learn(now)
        if isinstance(model, Fitted):
            return model
        assert model is not None
        if now == max(self.ends):
            self.latest = model
        told = propensity.reasons(model, np.concatenate([one.features for one in self.seen[now]]))
        run = Run(model.n, _told(model, told.columns), model.log_likelihood, _checked(model))
        accounts = [self.names[number] for one in self.seen[now] for number in one.number.tolist()]
        return Fitted(_table(accounts, told), [run])

    def _learn(self, now: np.datetime64) -> PropensityFit | Fitted:
        """The model of all customers at the month ends before; nothing, and why, where they do not tell enough."""
        past = [(place, end, one) for place, end in enumerate(self._past(now)) for one in self.seen[end]]
        customers = len(np.unique(np.concatenate([one.number for _, _, one in past]))) if past else 0
        if customers < MIN_CUSTOMERS:
            return nothing(f"{customers} customers to learn from; a propensity needs {MIN_CUSTOMERS}", customers)
        number = np.concatenate([np.full(len(one.number), place) for place, _, one in past])
        when = np.array(self._past(now), dtype="datetime64[us]")[number]
        late = number >= np.quantile(number, 1 - HELD_BACK)
        unknown = ~late & (when + self.outlook.days * DAY > when[late].min())
        try:
            return propensity.fit(
                np.concatenate([one.features for _, _, one in past]),
                np.concatenate([one.outcome for _, _, one in past if one.outcome is not None]),
                self.outlook.features, l2=self.penalty, hold_out=late, purged=unknown,
            )  # fmt: skip
        except InsufficientData as refusal:
            return nothing(refusal.reason, customers)

    def _past(self, now: np.datetime64) -> list[np.datetime64]:
        """The month ends of which all is known by then."""
        return [end for end in self.ends[now] if end + self.outlook.days * DAY <= now]


def _us(moment: datetime) -> np.datetime64:
    return np.datetime64(moment, "us")


def _table(accounts: Sequence[str], told: propensity.Reasons) -> pa.Table:
    """Each account's probability, the columns that move it most, and what all others do: in logits they add up."""
    order = np.argsort(-np.abs(told.contribution), axis=1, kind="stable")
    rest = told.difference.copy()
    columns: dict[str, Any] = {
        "account_id": pa.array(accounts, pa.string()),
        "probability": 1 / (1 + np.exp(-told.logit)),
        "base": np.full(len(accounts), 1 / (1 + np.exp(-told.base))),
    }
    for place, word in enumerate(REASONS):
        chosen = order[:, place] if order.shape[1] > place else None
        names = [None] * len(accounts) if chosen is None else [told.columns[column] for column in chosen.tolist()]
        effects = None if chosen is None else told.contribution[np.arange(len(accounts)), chosen]
        rest -= 0.0 if effects is None else effects
        columns[f"{word}_reason"] = pa.array(names, pa.string())
        columns[f"{word}_effect"] = pa.array([None] * len(accounts) if effects is None else effects, pa.float64())
    return pa.table(columns | {"rest_effect": rest})


def _told(model: propensity.PropensityFit, columns: Sequence[str]) -> dict[str, Any]:
    coefficients = dict(zip(columns, model.line.coefficients.tolist(), strict=True))
    return {
        "base": model.line.base,
        "coefficients": coefficients,
        "events": model.events,
        "brier": model.quality.brier,
    }


def _checked(model: propensity.PropensityFit) -> dict[str, Any]:
    """What came of the months held out: totals, ranking, squared error, and predicted beside observed shares."""
    quality = model.quality
    return asdict(model.hold_out) | {
        "auc": quality.auc,
        "brier": quality.brier,
        "brier_of_share": quality.brier_of_share,
        "calibration": [asdict(one) for one in quality.calibration],
    }
