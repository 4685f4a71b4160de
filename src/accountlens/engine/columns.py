"""The columns of a question's result: what each KPI's figures are called."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.engine.plan import PlannedKpi


@dataclass(frozen=True)
class Columns:
    """The names of a KPI's columns in the result."""

    value: str
    low: str
    high: str
    n: str
    unmatched: str
    here: str
    parts: dict[str, str]
    flags: dict[str, str]
    compared: dict[str, str]


def columns_of(planned: PlannedKpi, index: int) -> Columns:
    """The result's column names of the KPI at this place."""
    k = f"k{index}"
    return Columns(
        k, f"{k}_low", f"{k}_high", f"{k}_n", f"{k}_unmatched", f"{k}_here",
        {measure: f"{k}_m{number}" for number, measure in enumerate(planned.cells)},
        {flag: f"{k}_f{number}" for number, flag in enumerate(planned.kpi.flags)},
        {"previous": f"{k}_previous", "year-ago": f"{k}_previous_year"},
    )  # fmt: skip
