"""Answer rows laid out: which KPIs, groups and periods there are, and the row in each place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Protocol

Row = Mapping[str, Any]  # one answer row, as in JSON
GroupKey = tuple[str | None, ...]
NOWHERE = ("(unknown)", "(unmatched)")


class Definition(Protocol):
    """What a table needs to know of a KPI."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def good(self) -> str: ...


@dataclass(frozen=True)
class Series:
    """A KPI as it was asked: twice with different options makes two series."""

    kpi: str
    options: str  # `basis=value`, or empty
    label: str
    unit: str
    good: str  # up | down | context

    @property
    def title(self) -> str:
        return f"{self.label} ({self.options})" if self.options else self.label


@dataclass(frozen=True)
class Group:
    """One combination of dimension values. None stands for all of them."""

    key: GroupKey
    names: tuple[str, ...] = ()  # readable names, empty where there are none

    @property
    def is_total(self) -> bool:
        return all(value is None for value in self.key)

    @property
    def is_subtotal(self) -> bool:
        return None in self.key and not self.is_total


@dataclass(frozen=True)
class Grid:
    """Everything a table is made of; `cells` holds the rows by series, group and period."""

    series: tuple[Series, ...]
    dimensions: tuple[str, ...]
    groups: tuple[Group, ...]  # the grand total last
    periods: tuple[str, ...]  # in time's order
    compares: tuple[str, ...]
    cells: Mapping[tuple[Series, GroupKey, str], Row]
    currency: str = ""
    spans: Mapping[str, str] = field(default_factory=dict)  # period → its first and last day
    levels: tuple[float, ...] = (0.95,)  # how often the intervals hold the truth

    def said(self, period: str) -> str:
        """The period's name; one in words (`last-quarter`) with its days."""
        return period if period[:1].isdigit() or period.startswith("FY") else f"{period} ({self.spans[period]})"

    @property
    def sureness(self) -> str:
        """What stands over the intervals."""
        return f"{100 * self.levels[0]:.10g} % range" if len(self.levels) == 1 else "range"

    def row(self, series: Series, group: Group, period: str) -> Row:
        """The row in a place; an empty one where the answer has none."""
        return self.cells.get((series, group.key, period), {})

    def only(self, series: Series) -> Grid:
        """The part of one KPI, with the groups it has rows for."""
        own = {key: row for key, row in self.cells.items() if key[0] == series}
        present = {group for _, group, _ in own}
        groups = tuple(group for group in self.groups if group.key in present)
        return replace(self, series=(series,), groups=groups, cells=own)


def lay_out(
    rows: Sequence[Row], definitions: Iterable[Definition] = (), currency: str = "", levels: Sequence[float] = ()
) -> Grid:
    """Sort answer rows into a grid; totals go below what they sum up."""
    known = {definition.name: definition for definition in definitions}
    cells = {(_series(row, known), group_of(row).key, str(row["period"])): row for row in rows}
    starts = {str(row["period"]): str(row["period_start"]) for row in rows}
    return Grid(
        series=_unique(series for series, _, _ in cells),
        dimensions=tuple(rows[0]["by"]) if rows else (),
        groups=_ordered({group.key: group for group in map(group_of, rows)}),
        periods=tuple(sorted(starts, key=lambda period: starts[period])),
        compares=_unique(name for row in rows for name in row.get("compare") or ()),
        cells=cells,
        currency=currency,
        spans={str(row["period"]): _span(row) for row in rows},
        levels=_unique(levels) or (0.95,),
    )


def _span(row: Row) -> str:
    end = date.fromisoformat(row["period_end"]) - timedelta(days=1)
    return f"{row['period_start']} to {end}"


def _series(row: Row, known: Mapping[str, Definition]) -> Series:
    name, options = str(row["kpi"]), row.get("options") or {}
    written = ", ".join(f"{key}={_plain(value)}" for key, value in options.items())
    definition = known.get(name)
    label, good = (definition.label, definition.good) if definition else (name, "context")
    return Series(name, written, label, str(row["unit"]), good)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def group_of(row: Row) -> Group:
    by, names = row["by"], row.get("names") or {}
    return Group(tuple(by.values()), tuple(str(names.get(dimension) or "") for dimension in by))


def _ordered(groups: Mapping[GroupKey, Group]) -> tuple[Group, ...]:
    """First dimension outermost, values in natural order; rows of nowhere, then totals, come last."""
    return tuple(groups[key] for key in sorted(groups, key=lambda key: [_place(value) for value in key]))


def _place(value: str | None) -> tuple[bool, bool, list[tuple[int, str]]]:
    """`2` stands before `10`, and case does not matter."""
    parts = re.split(r"(\d+)", str(value).lower())
    return value is None, value in NOWHERE, [(int(part) if part.isdigit() else 0, part) for part in parts]


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
