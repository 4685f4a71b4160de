"""Every model a fact file may name. What fits it is imported when it is fitted: a question must not wait for SciPy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any, Protocol
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


class Learner(Protocol):
    """A model that is fitted for several moments, and keeps what it learned for one of them for the others."""

    def see(self, rows: pa.Table) -> None:
        """Take in all rows of some accounts; the next ones come after them by their id."""

    def fit(self, moment: datetime) -> Fitted:
        """As it was at one of the moments, with nothing that happened later."""

    def learnt(self) -> Mapping[str, Any] | None:
        """What the fit for the last moment is made of, as JSON; None where there is none."""

    def recall(self, learnt: Mapping[str, Any], since: datetime) -> bool:
        """Take over for the last moment, and that alone, what was `learnt` before, when nothing has changed of what
        happened earlier than `since`; False where other rows would teach it now."""

    def needs(self) -> str:
        """SQL: which rows of the input it has to see."""


Learn = Callable[[Parameters, Sequence[datetime]], Learner]


@dataclass(frozen=True)
class Model:
    """Fitted at each of the last month ends and now, or for the periods of a question where the fact says so.

    `happened` names the input's column that says when: a fit sees only what had happened before it.
    """

    version: str
    home: str  # module and function
    happened: str
    learns: bool = False  # it is a `Learn`, else a `Fit`

    def fit(self) -> Fit:
        found: Fit = self._found()
        return found

    def learn(self) -> Learn:
        found: Learn = self._found()
        return found

    def _found(self) -> Any:
        module, function = self.home.split(":")
        with _one_thread():
            return getattr(import_module(module), function)


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
    "propensity": Model("1", "accountlens.models.facts.expansion:learn", "happened_at", learns=True),
    "churn": Model("1", "accountlens.models.facts.churn:learn", "happened_at", learns=True),
    "chains": Model("1", "accountlens.models.facts.journeys:fit", "closed_at"),
}
