"""A measure: one SQL aggregate over one fact, with the way the fact meets a period."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from accountlens.errors import AccountlensError

# What an expression may say about the period that a measure sets beside its own (`earlier`), and the one before that.
EARLIER_COLUMNS: Mapping[str, str] = {
    "earlier_start": "TIMESTAMP",
    "earlier_as_of": "TIMESTAMP",
    "before_start": "TIMESTAMP",
    "before_as_of": "TIMESTAMP",
}
# What an expression may say about the row's period besides the fact's columns.
PERIOD_COLUMNS: Mapping[str, str] = {
    "period_start": "TIMESTAMP",
    "period_end": "TIMESTAMP",
    "as_of": "TIMESTAMP",
    "horizon": "TIMESTAMP",
    **EARLIER_COLUMNS,
}


@dataclass(frozen=True)
class Window:
    """A length of time before an instant. `ever` reaches back without end, `period` to the period's start."""

    amount: int
    unit: Literal["days", "months", "period", "ever"]

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}" if self.amount else self.unit


def parse_window(text: str | int) -> Window:
    """`90 days`, `2 months`, `period`, `ever`; a bare number is days."""
    if text in ("period", "ever"):
        return Window(0, text)  # type: ignore[arg-type]
    match = re.fullmatch(r"(\d+)\s*(days?|months?)?", str(text).strip())
    if match is None:
        raise AccountlensError(f"'{text}' is no window.", mend="Write '90 days', '2 months', 'period' or 'ever'.")
    return Window(int(match.group(1)), "months" if (match.group(2) or "").startswith("month") else "days")


@dataclass(frozen=True)
class At:
    """It happened: `start <= t < as_of`."""

    column: str


@dataclass(frozen=True)
class Trailing:
    """The events of a window before the period's end: `as_of - window <= t < as_of`."""

    column: str
    window: Window


@dataclass(frozen=True)
class During:
    """It was true just before the opening or the closing (`boundary="at"`: at that very instant)."""

    start: str
    end: str
    read: Literal["opening", "closing"] = "closing"
    boundary: Literal["before", "at"] = "before"


@dataclass(frozen=True)
class Across:
    """Each item's state at the opening beside its state at the closing. A window moves the opening."""

    start: str
    end: str
    window: Window | None = None
    boundary: Literal["before", "at"] = "before"


TimeRole: TypeAlias = At | Trailing | During | Across

Function = Literal["count", "distinct", "sum", "mean", "median", "p90", "variance", "min", "max"]
FUNCTIONS: tuple[Function, ...] = ("count", "distinct", "sum", "mean", "median", "p90", "variance", "min", "max")
EMPTY_IS_ZERO = ("count", "distinct", "sum")


@dataclass(frozen=True)
class PerKey:
    """The first of two stages: aggregates for each key in each period, and which keys to keep."""

    key: str
    each: Mapping[str, str]  # name → SQL aggregate over the fact's rows
    keep: str | None = None  # condition over those names
    lasted: str | None = None  # a survival curve's durations: the key is then this expression, named `lasted`


def survival(lasted: str, ended: str, keep: str | None) -> PerKey:
    """The Kaplan-Meier curve of durations as a first stage: for each, who is `at_risk` and what `survival` is left.

    Kaplan and Meier (1958). Rows that do not meet `ended` are censored; at equal durations they are so after the ends.
    """
    return PerKey("lasted", {"leaving": "count(*)", "ended": f"count(*) FILTER (WHERE {ended})"}, keep, lasted)


@dataclass(frozen=True)
class Measure:
    """`expression` is over the fact's columns, or over the names of `per.each` where there is a `per`."""

    name: str
    fact: str
    time: TimeRole
    function: Function
    expression: str  # `rows` for count
    where: str | None = None
    per: PerKey | None = None
    shift: Literal["previous", "previous_year"] | None = None
    earlier: str | None = None  # the period its expressions may look at besides: previous, previous_year, or a period
    empty: Literal["zero", "unknown"] = "unknown"
    merge: Literal["sum", "min", "max", "never"] = "never"
    parameters: Mapping[str, Any] = field(default_factory=dict)  # of the fact, beyond its defaults
