"""Every model a fact file may name. What fits it is imported when it is fitted: a question must not wait for SciPy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """What came of fitting a model once; `reason` says why there is nothing, where there is nothing."""

    n: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    log_likelihood: float | None = None
    hold_out: Mapping[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Fitted:
    """Rows of the fact, and one run or several."""

    rows: pa.Table
    runs: Sequence[Run]


def nothing(reason: str, n: int) -> Fitted:
    """No rows, and why."""
    return Fitted(pa.table({}), [Run(n, reason=reason)])


def last_day(as_of: datetime, zone: str) -> date:
    """The last local day of which anything lies before an instant (UTC without zone)."""
    return (as_of - timedelta(microseconds=1)).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def times(rows: pa.Table, name: str) -> NDArray[np.datetime64]:
    """A column of times as datetime64."""
    return np.asarray(rows[name].cast(pa.int64()).to_numpy(), dtype="datetime64[us]")


Fit = Callable[[pa.Table, Parameters, datetime], Fitted]


@dataclass(frozen=True)
class Model:
    """Fitted at each of the last month ends and now, or for the periods of a question where the fact says so.

    `happened` names the input's column that says when: a fit sees only what had happened before it.
    """

    version: str
    home: str  # module and function
    happened: str
    in_time: bool = False  # it takes rows in the order of time, texts told once each: cut for a moment without a copy

    def fit(self) -> Fit:
        module, function = self.home.split(":")
        with _one_thread():
            found: Fit = getattr(import_module(module), function)
        return found


@contextmanager
def _one_thread() -> Iterator[None]:
    """SciPy's OpenBLAS reads this when it is loaded. With threads, fits of few parameters take ten times as long."""
    name = "OPENBLAS_NUM_THREADS"
    given = os.environ.get(name)
    os.environ[name] = given or "1"
    try:
        yield
    finally:
        if given is None:
            del os.environ[name]


MODELS: Mapping[str, Model] = {
    "purchases": Model("1", "accountlens.models.facts.purchases:fit", "happened_at"),
    "renewals": Model("1", "accountlens.models.facts.renewals:fit", "happened_at"),
    "propensity": Model("1", "accountlens.models.facts.expansion:fit", "happened_at", in_time=True),
    "churn": Model("1", "accountlens.models.facts.churn:fit", "happened_at", in_time=True),
    "chains": Model("1", "accountlens.models.facts.journeys:fit", "closed_at"),
}
