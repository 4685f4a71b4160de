"""What several engines say otherwise than SQLGlot writes it: functions from a node of its tree to the node as meant."""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

ONLY_DUCKDB = {  # kinds of nodes that SQLGlot writes for any engine as they are, or that mean something else elsewhere
    "Slice": "A part of a list, as in x[1:2], has other words there.",
    "Comprehension": "A list made by FOR has other words there.",
    "SimilarTo": "There is no SIMILAR TO.",
    "Glob": "There is no GLOB.",
    "DateTrunc": "Weeks begin on another day there: KPI_LOCAL_DATE gives the day, months are cut by periods.",
    "TimestampTrunc": "Weeks begin on another day there: KPI_LOCAL_DATE gives the day, months are cut by periods.",
    "TimeToStr": "Formats of times have other signs there.",
    "DayOfWeek": "Days of the week are counted from another one there.",
}
PARTS = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}  # of a time, alike everywhere
JOINS = {"ASOF", "POSITIONAL", "SEMI", "ANTI"}


class UnsaidError(Exception):
    """A construct that an engine has no words for; its text is the reason."""


def unhinted(cte: Any) -> Any:
    """A CTE without MATERIALIZED, which only DuckDB and PostgreSQL know."""
    cte.set("materialized", None)
    return cte


def plain_join(join: Any) -> Any:
    """A join of the standard."""
    if odd := JOINS & {str(join.args.get(part) or "").upper() for part in ("method", "kind", "side")}:
        raise UnsaidError(f"There is no {odd.pop()} JOIN: write NOT EXISTS, EXISTS or a window.")
    return join


def plain_part(extract: Any) -> Any:
    """A part of a time that all understand alike; weeks they do not."""
    if extract.name.upper() not in PARTS:
        raise UnsaidError(f"The {extract.name.lower()} of a time is counted otherwise there.")
    return extract


def unordered(total: Any) -> Any:
    """A sum without an order, which only DuckDB and PostgreSQL take."""
    if isinstance(total.this, exp.Order):
        total.set("this", total.this.this)
    return total


def double_literal(literal: Any) -> Any:
    """`1e0` is a double where it is authored; elsewhere it may be a decimal."""
    return exp.cast(literal.copy(), "double") if not literal.is_string and "e" in literal.name.lower() else literal


def of_doubles(aggregate: Any) -> Any:
    """A mean of doubles: that of decimals is rounded to a few digits."""
    if not isinstance(aggregate.this, exp.Cast):
        aggregate.set("this", exp.cast(aggregate.this.copy(), "double"))
    return aggregate


def bit_by_bit(grouping: Any) -> Any:
    """GROUPING of several columns as the sum of the bits of each, where it takes but one."""
    *before, last = grouping.expressions
    if not before:
        return grouping
    total: Any = exp.Grouping(expressions=[last.copy()])
    for place, column in enumerate(reversed(before), start=1):
        bit = exp.Mul(this=exp.Literal.number(2**place), expression=exp.Grouping(expressions=[column.copy()]))
        total = exp.Add(this=total, expression=bit)
    return exp.Paren(this=total)


def grouped_by_columns(select: Any) -> Any:
    """GROUP BY means columns; a column of the result that is made of one and has its name would be taken for it."""
    group, source = select.args.get("group"), select.args.get("from_")
    aliases = [one for one in select.expressions if isinstance(one, exp.Alias) and not isinstance(one.this, exp.Column)]
    made = {one.alias for one in aliases if any(_bare(column, one.alias) for column in one.find_all(exp.Column))}
    if not group or not made:
        return select
    if select.args.get("joins"):
        raise UnsaidError(f"GROUP BY cannot tell a column from the result of that name: {', '.join(sorted(made))}.")
    keys = [group, *(found for one in select.expressions for found in one.find_all(exp.Grouping))]
    for column in [column for key in keys for column in key.find_all(exp.Column) if not column.table]:
        if column.name in made:
            column.set("table", exp.to_identifier(source.this.alias_or_name))
    return select


def _bare(column: Any, name: str) -> bool:
    return column.name == name and not column.table


def nulls_at_end(window: Any) -> Any:
    """A window whose order says itself that NULL comes last, where NULLS LAST is refused or lost beside a frame."""
    order, frame = window.args.get("order"), window.args.get("spec")
    if frame and frame.args.get("kind") == "RANGE" and any(_far(frame, side) for side in ("start", "end")):
        raise UnsaidError("A window by RANGE of a time has no NULL last there: count rows, or join.")
    keys = order.expressions if order else []
    for key in [key for key in keys if not key.args.get("nulls_first") and not key.args.get("desc")]:
        at = order.expressions.index(key)
        known = exp.Ordered(this=exp.Is(this=key.this.copy(), expression=exp.Null()), nulls_first=True)
        key.set("nulls_first", True)  # there is none left among those where the first key is alike
        order.set("expressions", [*order.expressions[:at], known, *order.expressions[at:]])
    return window


def _far(frame: Any, side: str) -> bool:
    return isinstance(frame.args.get(side), exp.Expression)


def without_nulls(extreme: Any) -> Any:
    """The greatest or least of what is known, where one NULL would make the whole NULL."""
    if len(extreme.expressions) != 1:
        raise UnsaidError("GREATEST and LEAST of more than two values give NULL there when one is NULL.")
    first, second = extreme.this, extreme.expressions[0]
    rest = [one.copy() for one in (first, second) if isinstance(one, exp.Literal)] or [first.copy(), second.copy()]
    return exp.Coalesce(this=extreme.copy(), expressions=rest)


SHARED = {"CTE": unhinted, "Join": plain_join, "Extract": plain_part, "Sum": unordered}
