"""Aggregates taken apart: what to add up for each stretch of time, and how stretches make a period's figure.

A trailing window meets every row in many periods. Where an aggregate can be had from parts, rows are met once: time is
cut at every period's edge, each stretch is summed up, and a period combines its stretches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from accountlens.catalog.checks import PERIOD_COLUMNS
from accountlens.engine.cuts import STRETCH_END
from accountlens.warehouses.expand import closing_bracket

CALL = re.compile(r"(count|sum|avg|min|max)\(")
FILTER = re.compile(r"\s*FILTER\s*\(\s*WHERE\s")
OF_PERIOD = re.compile(r"\b(" + "|".join(PERIOD_COLUMNS) + r")\b")
# `points * KPI_HALF(KPI_DAYS(occurred_at, as_of), 30)`: what fades to the stretch's end fades on to the period's
FADING = re.compile(r"(\w+)\s*\*\s*KPI_HALF\(\s*KPI_DAYS\(\s*(\w+)\s*,\s*as_of\s*\)\s*,\s*([\d.e]+)\s*\)")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SAID_OF_KEYS = frozenset({"IS", "NOT", "NULL"})
DOUBLE = re.compile(r"KPI_DOUBLE\((.*)\)", re.DOTALL)


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


def take_apart(sql: str, keys: frozenset[str], condition: str | None = None) -> Parts | None:
    """The parts of an aggregate over the rows that also meet a condition; None where it cannot be had from parts.

    What a condition says about `keys`, by which stretches are grouped, is asked of their sums, not of the rows.
    """
    found = read_aggregate(sql)
    if found is None or found.expression.upper().startswith("DISTINCT"):
        return None
    if found.expression in PERIOD_COLUMNS and found.condition is None and found.function in ("min", "max"):
        return Parts((), sql)
    conditions = [part for text in (condition, found.condition) if text for part in _conjuncts(text)]
    if any(OF_PERIOD.search(text) for text in conditions):
        return None
    expression, factor = _fading(found.expression)
    if OF_PERIOD.search(expression) or (factor and found.function not in ("sum", "count")):
        return None
    of_keys = [text for text in conditions if set(WORD.findall(text)) - SAID_OF_KEYS <= keys]
    of_rows = [text for text in conditions if text not in of_keys]
    return _parts(found.function, expression, factor, _filter(of_rows), _filter(of_keys))


def _filter(conditions: list[str]) -> str:
    return f" FILTER (WHERE {' AND '.join(f'({text})' for text in conditions)})" if conditions else ""


def _conjuncts(text: str) -> list[str]:
    """`(a) AND (b)` as a, b; anything else as it is."""
    parts, rest = [], text.strip()
    while rest.startswith("("):
        end = closing_bracket(rest, 0)
        parts.append(rest[1:end])
        rest = rest[end + 1 :].strip()
        if not rest:
            return parts
        if not rest.startswith("AND ("):
            break
        rest = rest.removeprefix("AND ")
    return [text]


def _fading(expression: str) -> tuple[str, str | None]:
    """A fading sum's expression up to the stretch's end, and the factor from there on."""
    inner = DOUBLE.fullmatch(expression)
    if not (found := FADING.fullmatch((inner[1] if inner else expression).strip())):
        return expression, None
    points, moment, half_life = found.groups()
    faded = f"KPI_DOUBLE({points}) * KPI_HALF(KPI_DAYS({moment}, {STRETCH_END}), {half_life})"
    return faded, f"KPI_HALF(KPI_DAYS({STRETCH_END}, as_of), {half_life})"


def _parts(function: str, expression: str, factor: str | None, where: str, after: str) -> Parts:
    match function:
        case "count":
            counted = expression.split(" * ")[0] if factor else expression
            return Parts((f"count({counted}){where}",), f"COALESCE(sum({{0}}){after}, 0)")
        case "avg":
            sums = (f"sum({expression}){where}", f"count({expression}){where}")
            return Parts(sums, f"KPI_RATIO(sum({{0}}){after}, sum({{1}}){after})")
        case "sum" if factor:
            return Parts((f"sum({expression}){where}",), f"sum({{0}} * {factor}){after}")
        case _:
            return Parts((f"{function}({expression}){where}",), f"{function}({{0}}){after}")
