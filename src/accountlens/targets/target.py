"""A target: which KPI, of whom, in which period, how much; and every version there was of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, TypeAlias

from accountlens.errors import AccountlensError

# Of whom a target may be, and the dimension that says so.
DIMENSIONS: Final = {
    "team": "owner.team",
    "owner": "owner_id",
    "tier": "tier",
    "segment": "segment",
    "account": "account_id",
}
COMPANY: Final = "company"
KINDS: Final = (COMPANY, *DIMENSIONS)
GRAINS: Final = ("month", "quarter", "year")
BASES: Final = ("year-ago", "previous")  # of which period the KPIs of a formula are
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")


@dataclass(frozen=True, order=True)
class Scope:
    """The company, or one value of a dimension, such as an owner's id."""

    kind: str
    value: str = ""

    @property
    def dimension(self) -> str | None:
        return DIMENSIONS.get(self.kind)

    def __str__(self) -> str:
        return self.kind if self.kind == COMPANY else f"{self.kind}:{self.value}"


@dataclass(frozen=True, order=True)
class Span:
    """A month, quarter or year as local days, `[start, end)`."""

    start: date
    end: date
    label: str

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    @property
    def days(self) -> tuple[date, date]:
        return self.start, self.end


@dataclass(frozen=True)
class Absolute:
    """So much, in the KPI's own unit: a share of 40 % is 0.4."""

    value: float


@dataclass(frozen=True)
class Growth:
    """So much more than in the same period of last year: 0.1 is 10 % more."""

    rate: float


@dataclass(frozen=True)
class Computed:
    """A formula over KPIs of an earlier period: `year-ago`, `previous`, or one that is named."""

    formula: str
    base: str = BASES[0]


Amount: TypeAlias = Absolute | Growth | Computed


@dataclass(frozen=True)
class Target:
    """One version. `amount` None: from then on there is no target any more.

    `since` is from when on it counts, `recorded_at` when it was written down; both UTC without zone. `parent`: the
    target it was split from.
    """

    number: int
    id: str
    kpi: str  # as asked, with those options that differ from the defaults
    scope: Scope
    span: Span
    amount: Amount | None
    since: datetime
    recorded_at: datetime
    author_id: str | None
    note: str
    parent: str | None = None

    @cached_property
    def key(self) -> tuple[str, Scope, tuple[date, date]]:
        """What makes two of them versions of one target."""
        return self.kpi, self.scope, self.span.days

    def __str__(self) -> str:
        return f"{self.kpi} of {self.scope} in {self.span.label}"


def read_scope(text: str) -> Scope:
    """`company`, `owner:E001`, `tier:A`; whether there is such an owner is not looked at here."""
    kind, _, value = text.strip().partition(":")
    kind, value = kind.strip().lower(), value.strip()
    if kind == COMPANY and not value:
        return Scope(COMPANY)
    if kind not in DIMENSIONS or not value:
        mend = f"Write company, or {', '.join(f'{one}:…' for one in DIMENSIONS)}."
        raise AccountlensError(f"'{text}' is no scope of a target.", mend=mend)
    return Scope(kind, value)


def read_amount(text: str | float, unit: str, base: str | None = None) -> Amount:
    """`1,200,000`, `40%` (of a share), `+10%` (on last year), `= mrr * 1.1` (of the period `base`)."""
    if isinstance(text, int | float):
        return Absolute(_finite(float(text), str(text)))
    words = text.strip().removeprefix("'")  # which spreadsheets are given before a sign
    if not words:
        raise AccountlensError("No amount is given.", mend="Write 1200000, 40%, +10% or = mrr * 1.1.")
    if words.startswith("="):
        return Computed(words[1:].strip(), base or BASES[0])
    if base:
        raise AccountlensError(f"'{base}' says of which period a formula's KPIs are, but '{text}' is no formula.")
    growth, share = words[:1] in ("+", "-") and words.endswith("%"), words.endswith("%")
    plain = words.removeprefix("+").removesuffix("%").strip().replace("−", "-")
    if not NUMBER.fullmatch(plain) or (words[:1] == "+" and not share):
        mend = "Write 1200000, 40% for a share, +10% for growth on last year, or = mrr * 1.1."
        raise AccountlensError(f"'{text}' is no amount.", mend=mend)
    number = _finite(float(plain.replace(",", "")), text)
    if growth:
        return Growth(number / 100)
    if share and unit != "fraction":
        mend = f"Write +{plain}% for growth on last year, or the amount itself."
        raise AccountlensError(f"'{text}' is a share, and this KPI is none: its unit is {unit}.", mend=mend)
    return Absolute(number / 100 if share else number)


def write_amount(amount: Amount | None) -> str:
    """What `read_amount` reads back; a share as its number."""
    match amount:
        case Absolute(value):
            return f"{value:.15g}" if value != int(value) or abs(value) > 1e15 else str(int(value))
        case Growth(rate):
            return f"{rate * 100:+.12g}%"
        case Computed(formula, _):
            return f"= {formula}"
        case None:
            return ""


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise AccountlensError(f"'{text}' is no amount.", mend="Write a number.")
    return value
