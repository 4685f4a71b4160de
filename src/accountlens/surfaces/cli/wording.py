"""Definitions in words: what a measure counts, and what an option chooses between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accountlens.catalog.kpi_files import MeasureFile
    from accountlens.language.kpi import Option

FUNCTIONS = {
    "count": "{0}",
    "distinct": "distinct {0}",
    "sum": "sum of {0}",
    "mean": "mean of {0}",
    "median": "median of {0}",
    "p90": "90th percentile of {0}",
    "min": "smallest {0}",
    "max": "greatest {0}",
}


def measure_sentence(measure: MeasureFile) -> str:
    """`rows of opportunities by closed_at, where status = 'won'`."""
    if measure.kpi:
        return f"the KPI {measure.kpi}"
    what = f"{_aggregate(measure)} of {measure.fact}"
    if measure.per:
        inner = ", ".join(f"{name} = {expression}" for name, expression in measure.each.items())
        kept = f", kept where {measure.keep}" if measure.keep else ""
        what = f"{_aggregate(measure)} per {measure.per} of {measure.fact} ({inner}{kept})"
    where = f", where {measure.where}" if measure.where else ""
    return f"{what} {_when(measure)}{where}{_shifted(measure)}"


def _aggregate(measure: MeasureFile) -> str:
    name = next(name for name in FUNCTIONS if getattr(measure, name) is not None)
    return FUNCTIONS[name].format(getattr(measure, name))


def _when(measure: MeasureFile) -> str:
    if measure.during:
        return f"live at the {measure.read} (from {measure.during[0]} to {measure.during[1]})"
    if measure.across:
        return f"at the opening beside the closing (from {measure.across[0]} to {measure.across[1]})"
    if measure.trailing is not None:
        return f"in the {_window(measure.trailing)} before the end, by {measure.at}"
    return f"by {measure.at}"


def _window(trailing: str | int) -> str:
    text = str(trailing)
    return "whole time" if text == "ever" else f"{text} days" if text.isdigit() else text


def _shifted(measure: MeasureFile) -> str:
    shifts = {"previous": ", in the period before", "previous_year": ", a year before"}
    return shifts.get(measure.shift or "", "")


def option_text(option: Option) -> str:
    """`basis = count (or value)`, `threshold = 10`."""
    default = "not set" if option.default is None else _value(option.default)
    others = [_value(value) for value in option.values if value != option.default]
    return f"{option.name} = {default}" + (f" (or {', '.join(others)})" if others else "")


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
