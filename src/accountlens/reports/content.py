"""What a report holds: sentences, figures, tables and charts as plain data, the same for every form it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, PlainSerializer, TypeAdapter, WithJsonSchema

Moment = Annotated[  # UTC without zone; told with its Z. What was frozen by older versions has none.
    datetime,
    PlainSerializer(lambda at: f"{at.isoformat()}Z", return_type=str, when_used="json"),
    AfterValidator(lambda at: at.replace(tzinfo=None)),
    WithJsonSchema({"type": "string", "description": "2026-09-30T22:00:00Z"}),
]
Cell: TypeAlias = float | int | str | None
Verdict = Literal["beyond", "within", "unusual", "usual", "same", "untold"]
Audience = Literal["company", "team", "owner", "tier", "segment", "account"]
Cadence = Literal["weekly", "monthly", "quarterly", "annual"]


@dataclass(frozen=True)
class HowAsked:
    """How a figure is asked for: `accountlens ask KPI --period P --where W` tells the same."""

    kpi: str
    period: str
    where: str | None


@dataclass(frozen=True)
class Goal:
    """The target of a figure; `expected` is what it should be by now, where the period still runs."""

    value: float
    change: float | None
    expected: float | None = None
    forecast: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Figure:
    """A KPI over the report's period and what it is set beside; unknown is None.

    `lower` and `upper` bound the value, `change_lower` and `change_upper` the change since the period before, at
    `level`. `verdict`: the change is `beyond` or `within` chance by its interval; where there is none, `unusual` or
    `usual` among the changes before it, or `untold` where there are too few of these.
    """

    asked: HowAsked
    label: str
    unit: str
    good: str
    value: float | None
    n: float | None
    lower: float | None
    upper: float | None
    level: float | None
    before: float | None
    change: float | None
    change_lower: float | None
    change_upper: float | None
    year_ago: float | None
    year_change: float | None
    verdict: Verdict
    better: bool | None  # whether the change is in the good direction; None where no direction is
    flags: Sequence[str]
    parts: Mapping[str, float | None]
    goal: Goal | None = None


@dataclass(frozen=True)
class Column:
    """`unit` is that of a KPI, or `text`."""

    label: str
    unit: str


@dataclass(frozen=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A line over periods, with its interval where it has one, or bars by name. `label` says in words what is seen."""

    kind: Literal["line", "bars"]
    title: str
    unit: str
    names: Sequence[str]
    values: Sequence[float | None]
    lower: Sequence[float | None] = ()
    upper: Sequence[float | None] = ()
    goal: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    sentences: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Remark:
    """A note somebody wrote, about an account, a KPI, or a day of the company."""

    on: date
    about: str
    text: str
    author: str


@dataclass(frozen=True)
class Definition:
    """What a figure means, as it was defined then; `digest` changes with the definition or its options."""

    kpi: str
    label: str
    asks: str
    formula: str
    unit: str
    digest: str


@dataclass(frozen=True)
class Report:
    """One review. `start` is the first day of the period, `end` the first after it; instants are UTC without zone.

    `sees`: the accounts it was made of, None for all. `left_out`: what could not be told, and what it needs.
    """

    pack: str
    title: str
    cadence: Cadence
    audience: Audience
    subject: str | None
    company: str
    whom: str
    period: str
    period_name: str
    before_name: str
    start: date
    end: date
    partial: bool
    currency: str
    time_zone: str
    snapshot: str
    as_of: Moment
    fresh_as_of: Moment | None
    made_at: Moment
    sees: Sequence[str] | None
    sight: str
    internal: bool
    headline: Sequence[str]
    sections: Sequence[Section]
    notes: Sequence[Remark] = ()
    definitions: Sequence[Definition] = ()
    left_out: Sequence[str] = ()
    grounds: Mapping[str, Any] = field(default_factory=dict)
    leading: Sequence[str] = ()  # the KPIs that stand at its head, as asked

    @property
    def name(self) -> str:
        """`Monthly review, September 2026: Fenwyre Software`."""
        return f"{self.title}, {self.period_name}: {self.whom}"

    @property
    def cards(self) -> list[Figure]:
        """Those at its head, at most five."""
        return [one for one in self.figures if one.asked.kpi in self.leading][:5]

    @property
    def figures(self) -> list[Figure]:
        """All of them, each once."""
        found = {(one.asked.kpi, one.asked.where): one for part in self.sections for one in part.figures}
        return list(found.values())


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def to_plain(report: Report) -> dict[str, Any]:
    """As JSON holds it."""
    plain: dict[str, Any] = _adapter().dump_python(report, mode="json")
    return plain


def from_plain(plain: Mapping[str, Any]) -> Report:
    """A report that was kept; those of older versions lack nothing they had then."""
    return _adapter().validate_python(plain)
