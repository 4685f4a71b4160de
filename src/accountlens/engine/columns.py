"""The columns of a question's result: what each KPI's figures are called, and which column holds them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from accountlens.engine.plan import PlannedKpi
from accountlens.language.kpi import Terms

Content = TypeVar("Content", bound=Hashable)


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
    components: dict[str, dict[str, str]]  # comparison → component → its value then


def columns_of(planned: PlannedKpi, index: int) -> Columns:
    """The result's column names of the KPI at this place; worked out once, for every question of a shape."""
    if index not in planned.columns:
        planned.columns[index] = _columns(planned, index)
    found: Columns = planned.columns[index]
    return found


def _columns(planned: PlannedKpi, index: int) -> Columns:
    k = f"k{index}"
    terms = planned.kpi.components.names if isinstance(planned.kpi.components, Terms) else ()
    shifts = {"previous": "previous", "year-ago": "previous_year"}
    parts = {measure: f"{k}_m{number}" for number, measure in enumerate(planned.cells)}
    return Columns(
        k, f"{k}_low", f"{k}_high", f"{k}_n", f"{k}_unmatched", f"{k}_here",
        parts,
        {flag: f"{k}_f{number}" for number, flag in enumerate(planned.kpi.flags)},
        {word: f"{k}_{shift}" for word, shift in shifts.items()},
        {word: {name: f"{parts[name]}_{shift}" for name in terms} for word, shift in shifts.items()},
    )  # fmt: skip


def once(figures: Iterable[tuple[str, Content]]) -> tuple[dict[str, Content], dict[str, str]]:
    """Of named contents, a column for each that differs, and the column that holds each name."""
    first: dict[Content, str] = {}
    held = {name: first.setdefault(content, name) for name, content in figures}
    return {column: content for content, column in first.items()}, held
