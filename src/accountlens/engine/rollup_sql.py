"""A rollup as SQL: rows summed up per stretch of time, and the stretches that make up each period."""

from __future__ import annotations

from collections.abc import Iterator

from accountlens.engine.aggregates import STRETCH_END
from accountlens.engine.branch_sql import between_sql, days_sql
from accountlens.engine.rollups import Rollup
from accountlens.engine.script import Step
from accountlens.warehouses.expand import literal, quoted


def rollup_bounds(rollup: Rollup) -> str:
    return between_sql(quoted(rollup.column), rollup.stretches[0][0], rollup.stretches[-1][1])


def rollup_steps(rollup: Rollup, source: str) -> Iterator[Step]:
    """The stretches, by the days they touch, and the sums."""
    rows = ", ".join(f"({place}, {literal(lo)}, {literal(hi)})" for place, (lo, hi) in enumerate(rollup.stretches))
    stretches = f"stretches_{rollup.name}"
    yield Step(stretches, f"SELECT * FROM (VALUES {rows}) AS v(stretch, stretch_begin, {STRETCH_END})")
    yield Step(f"days_{rollup.name}", days_sql(stretches, "stretch_begin", STRETCH_END))
    keys = ["stretch", *map(quoted, rollup.keys)]
    columns = ", ".join([*keys, *(f"{part.sql} AS {part.column}" for part in rollup.parts)])
    where = f"\nWHERE {' OR '.join(f'({text})' for text in rollup.any_of)}" if rollup.any_of else ""
    t = f"f.{quoted(rollup.column)}"
    meets = f"CAST({t} AS DATE) = c.day AND {t} >= c.stretch_begin AND {t} < c.{STRETCH_END}"
    read = ", ".join(f"f.{quoted(name)}" for name in rollup.columns)
    joined = f"SELECT {read}, c.stretch, c.{STRETCH_END}\nFROM {source} f\nJOIN days_{rollup.name} c ON {meets}"
    yield Step(rollup.name, f"SELECT {columns}\nFROM ({joined}) r{where}\nGROUP BY {', '.join(keys)}", stored=True)


def combined_sql(rollup: str, calendar: str) -> str:
    """The periods of a branch beside the stretches they consist of."""
    return (
        f"SELECT c.*, s.stretch, s.{STRETCH_END} FROM {calendar} c\n"
        f"JOIN stretches_{rollup} s ON s.stretch_begin >= c.lo AND s.{STRETCH_END} <= c.hi"
    )
