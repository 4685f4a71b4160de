"""Aggregates taken apart: what to add up for each stretch of time, and how stretches make a period's figure.

A trailing window meets every row in many periods. Where an aggregate can be had from parts, rows are met once: time is
cut at every period's edge, each stretch is summed up, and a period combines its stretches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from accountlens.catalog.checks import PERIOD_COLUMNS
from accountlens.warehouses.expand import closing_bracket

CALL = re.compile(r"(count|sum|avg|min|max)\(")
FILTER = re.compile(r"\s*FILTER\s*\(\s*WHERE\s")
OF_PERIOD = re.compile(r"\b(" + "|".join(PERIOD_COLUMNS) + r")\b")
# `points * KPI_HALF(KPI_DAYS(occurred_at, as_of), 30)`: what fades to the stretch's end fades on to the period's
FADING = re.compile(r"(\w+)\s*\*\s*KPI_HALF\(\s*KPI_DAYS\(\s*(\w+)\s*,\s*as_of\s*\)\s*,\s*([\d.e]+)\s*\)")
DOUBLE = re.compile(r"KPI_DOUBLE\((.*)\)", re.DOTALL)
STRETCH_END = "stretch_end"


@dataclass(frozen=True)
class Aggregate:
    """`function(expression) FILTER (WHERE condition)`."""

    function: str
    expression: str
    condition: str | None = None


@dataclass(frozen=True)
class Parts:
    """`of_stretch` are aggregates over rows; `combined` is over them, as {0}, {1}, of all stretches of a period."""

    of_stretch: tuple[str, ...]
    combined: str


def read_aggregate(sql: str) -> Aggregate | None:
    """The one aggregate a text consists of, or None where it is anything else."""
    sql = sql.strip()
    if not (call := CALL.match(sql)):
        return None
    end = closing_bracket(sql, call.end() - 1)
    expression, rest = sql[call.end() : end].strip(), sql[end + 1 :]
    if not rest.strip():
        return Aggregate(call[1], expression)
    if not (opening := FILTER.match(rest)) or closing_bracket(rest, rest.index("(")) != len(rest) - 1:
        return None
    return Aggregate(call[1], expression, rest[opening.end() : -1].strip())


def take_apart(sql: str, condition: str | None = None) -> Parts | None:
    """The parts of an aggregate over the rows that also meet a condition; None where it cannot be had from parts."""
    found = read_aggregate(sql)
    if found is None or found.expression.upper().startswith("DISTINCT"):
        return None
    conditions = [text for text in (condition, found.condition) if text]
    if any(OF_PERIOD.search(text) for text in conditions):
        return None
    expression, factor = _fading(found.expression)
    if OF_PERIOD.search(expression) or (factor and found.function not in ("sum", "count")):
        return None
    where = f" FILTER (WHERE {' AND '.join(f'({text})' for text in conditions)})" if conditions else ""
    return _parts(found.function, expression, factor, where)


def _fading(expression: str) -> tuple[str, str | None]:
    """A fading sum's expression up to the stretch's end, and the factor from there on."""
    inner = DOUBLE.fullmatch(expression)
    if not (found := FADING.fullmatch((inner[1] if inner else expression).strip())):
        return expression, None
    points, moment, half_life = found.groups()
    faded = f"KPI_DOUBLE({points}) * KPI_HALF(KPI_DAYS({moment}, {STRETCH_END}), {half_life})"
    return faded, f"KPI_HALF(KPI_DAYS({STRETCH_END}, as_of), {half_life})"


def _parts(function: str, expression: str, factor: str | None, where: str) -> Parts:
    match function:
        case "count":
            return Parts((f"count({expression}){where}",), "sum({0})")
        case "avg":
            sums = (f"sum({expression}){where}", f"count({expression}){where}")
            return Parts(sums, "KPI_RATIO(sum({0}), sum({1}))")
        case "sum" if factor:
            return Parts((f"sum({expression}){where}",), f"sum({{0}} * {factor})")
        case _:
            return Parts((f"{function}({expression}){where}",), f"{function}({{0}})")
