"""Definitions in words: what a measure counts, and what an option chooses between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accountlens.catalog.kpi_files import MeasureFile
    from accountlens.language.kpi import Option

FUNCTIONS = {
    "count": "number of {0}",
    "distinct": "number of distinct {0}",
    "sum": "sum of {0}",
    "mean": "mean of {0}",
    "median": "median of {0}",
    "p90": "90th percentile of {0}",
    "min": "smallest {0}",
    "max": "greatest {0}",
}
SHIFTS = {"previous": ", in the period before", "previous_year": ", a year before"}


def measure_lines(measure: MeasureFile) -> Iterator[str]:
    """`number of rows of opportunities by closed_at, where status = 'won'`; two stages take a line each."""
    if measure.kpi:
        yield f"the KPI {measure.kpi}"
        return
    where = f", where {measure.where}" if measure.where else ""
    rows = f"of {measure.fact} {_when(measure)}{where}{SHIFTS.get(measure.shift or '', '')}"
    if not measure.per:
        yield f"{_aggregate(measure)} {rows}"
        return
    yield f"{_aggregate(measure, per=measure.per)} {rows}"
    for name, expression in measure.each.items():
        yield f"  per {measure.per}: {name} = {expression}"
    if measure.keep:
        yield f"  kept where {measure.keep}"


def _aggregate(measure: MeasureFile, per: str = "") -> str:
    name = next(name for name in FUNCTIONS if getattr(measure, name) is not None)
    what = getattr(measure, name)
    return FUNCTIONS[name].format(f"{per}s" if per and what == "rows" else what)


def _when(measure: MeasureFile) -> str:
    if measure.during:
        return f"live at the {measure.read} (from {measure.during[0]} to {measure.during[1]})"
    if measure.across:
        return f"at the opening beside the closing (from {measure.across[0]} to {measure.across[1]})"
    if measure.trailing == "ever":
        return f"ever before the end, by {measure.at}"
    if measure.trailing is not None:
        window = str(measure.trailing)
        return f"in the {window}{' days' if window.isdigit() else ''} before the end, by {measure.at}"
    return f"by {measure.at}"


def option_text(option: Option) -> str:
    """`basis = count (or value)`, `threshold = 10`."""
    from accountlens.language.asked import write_value

    default = "not set" if option.default is None else write_value(option.default)
    others = [write_value(value) for value in option.values if value != option.default]
    return f"{option.name} = {default}" + (f" (or {', '.join(others)})" if others else "")
