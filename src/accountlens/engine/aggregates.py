"""Aggregates taken apart: what to add up for each stretch of time, and how stretches make a period's figure.

A trailing window meets every row in many periods. Where an aggregate can be had from parts, rows are met once: time is
cut at every period's edge, each stretch is summed up, and a period combines its stretches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from accountlens.engine.cuts import STRETCH_END, edge_of
from accountlens.language.measures import PERIOD_COLUMNS
from accountlens.warehouses.expand import QUOTED, closing_bracket

CALL = re.compile(r"\b(count|sum|avg|min|max)\(")
FILTER = re.compile(r"\s*FILTER\s*\(\s*WHERE\s")
OF_PERIOD = re.compile(r"\b(" + "|".join(PERIOD_COLUMNS) + r")\b")
# `points * KPI_HALF(KPI_DAYS(occurred_at, as_of), 30)`: what fades to the stretch's end fades on to the period's
FADING = re.compile(r"(\w+)\s*\*\s*KPI_HALF\(\s*KPI_DAYS\(\s*(\w+)\s*,\s*as_of\s*\)\s*,\s*([\d.e]+)\s*\)")
COMPARED = re.compile(
    r'"?\b(\w+)"?\s*(<|>=)\s*(period_start|as_of)\b'
)  # asked of the first edge after the time as well
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LOGIC = frozenset({"AND", "OR", "NOT", "IS", "NULL"})
Finer: TypeAlias = tuple[str, str | None]  # a column, and which rows it matters to
PLACE = re.compile(r"\{(\d+)\}")
DOUBLE = re.compile(r"KPI_DOUBLE\((.*)\)", re.DOTALL)
NEVER_SPLIT = re.compile(r"\b(OR|BETWEEN|CASE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """What the sums of a stretch still know of their rows: the keys, and the first edge after each of `times`."""

    columns: frozenset[str] = frozenset()  # of the fact
    keys: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    main: str | None = None  # the time whose stretches they are

    def edge(self, column: str) -> str:
        return STRETCH_END if column == self.main else edge_of(column)


@dataclass(frozen=True)
class Condition:
    """A condition in two: on the rows, and on the sums of a stretch, which must then know `edges`."""

    of_rows: tuple[str, ...] = ()
    of_sums: tuple[str, ...] = ()
    edges: frozenset[str] = frozenset()

    def rows(self) -> str | None:
        return " AND ".join(f"({text})" for text in self.of_rows) or None

    def sums(self) -> str | None:
        return " AND ".join(f"({text})" for text in self.of_sums) or None

    def __add__(self, other: Condition) -> Condition:
        return Condition(self.of_rows + other.of_rows, self.of_sums + other.of_sums, self.edges | other.edges)


@dataclass(frozen=True)
class Distinct:
    """Different values of a column, counted over sums that are `there`: a condition over the parts {0}, {1}."""

    column: str
    there: str

    def sql(self) -> str:
        return f"count(DISTINCT {self.column}) FILTER (WHERE {self.there})"

    def of_each(self) -> str:
        """What is more than 0 for each value that is to be counted."""
        return f"count({self.column}) FILTER (WHERE {self.there})"


@dataclass(frozen=True)
class Parts:
    """`of_stretch` are aggregates over rows; `combined` is over them, as {0}, {1}, of all stretches of a period.

    The sums must be kept apart by `finer` columns, for the rows that meet the condition beside each, if any; and they
    must know the first edge after the times in `edges`.
    """

    of_stretch: tuple[str, ...]
    combined: str
    finer: frozenset[Finer] = frozenset()
    edges: frozenset[str] = frozenset()
    condition: Condition = field(default=Condition(), compare=False)
    distinct: Distinct | None = None


@dataclass(frozen=True)
class Call:
    """`function(expression) FILTER (WHERE condition)` and where it stands in its text."""

    function: str
    expression: str
    condition: str | None
    start: int
    end: int


def take_apart(sql: str, view: View, within: Condition = Condition()) -> Parts | None:
    """The parts of an expression of aggregates over the rows that also are `within`; None where it has none.

    What a condition says about keys and edges is asked of the sums, not of the rows.
    """
    parts: list[str] = []
    texts: list[str] = []
    found: Parts | None = None
    finer, edges, told, position = frozenset[Finer](), frozenset[str](), Condition(), 0
    for call in _calls(sql):
        found = _apart(call, view, within)
        if found is None:
            return None
        places = [f"{{{len(parts) + index}}}" for index in range(len(found.of_stretch))]
        texts += [sql[position : call.start], filled(found.combined, places)]
        parts += found.of_stretch
        finer, edges, told, position = finer | found.finer, edges | found.edges, told + found.condition, call.end
    texts.append(sql[position:])
    if "{" in sql or set(WORD.findall(" ".join(texts[::2]))) & (view.columns - view.keys):
        return None  # an aggregate that needs all rows at once
    alone = found.distinct if found and "".join(texts) == found.combined else None
    return Parts(tuple(parts), "".join(texts), finer, edges, told, alone)


def filled(combined: str, columns: Sequence[str]) -> str:
    """What parts make together, with the columns that hold them."""
    return PLACE.sub(lambda match: columns[int(match[1])], combined)


def divide(text: str, view: View) -> Condition | None:
    """A condition in two; None where it asks something of rows and of the period at once."""
    done = Condition()
    for part in conjuncts(text):
        said = _said_of_sums(part, view)
        if said is None and OF_PERIOD.search(part):
            return None
        done += said or Condition(of_rows=(part,))
    return done


def conjuncts(text: str) -> list[str]:
    """`a AND (b AND c)` as a, b, c; anything else as it is."""
    text = text.strip()
    if text.startswith("(") and closing_bracket(text, 0) == len(text) - 1:
        return conjuncts(text[1:-1])
    outer = _outermost(text)
    if NEVER_SPLIT.search(outer):
        return [text]
    cuts = [match.span() for match in re.finditer(r"\bAND\b", outer)]
    pieces = zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)], strict=True)
    found = [text[start:end] for start, end in pieces]
    return [part for piece in found for part in conjuncts(piece)] if len(found) > 1 else [text]


def _outermost(text: str) -> str:
    """The text with everything in brackets and quotes blanked out."""
    signs, depth, quoted = [], 0, False
    for sign in text:
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        signs.append(sign if not depth and not quoted else " ")
    return "".join(signs)


def _said_of_sums(text: str, view: View) -> Condition | None:
    """The condition asked of sums, where it is only about keys and times before or after the period's edges."""
    edges = frozenset(match[1] for match in COMPARED.finditer(text))
    rest = WORD.findall("".join(QUOTED.split(COMPARED.sub("", text))[::2]))
    if not edges <= view.times or not set(rest) - LOGIC <= view.keys | edges:
        return None
    written = COMPARED.sub(lambda m: f"{view.edge(m[1])} {'<=' if m[2] == '<' else '>'} {m[3]}", text)
    for column in edges:
        written = re.sub(rf'"?\b{column}\b"?(?=\s+IS\b)', view.edge(column), written)
    left = set(WORD.findall(written)) & (edges - view.keys)
    return None if left else Condition(of_sums=(written,), edges=edges)


def _calls(sql: str) -> Iterator[Call]:
    """The aggregates of an expression, from left to right."""
    position = 0
    while call := CALL.search(sql, position):
        end = closing_bracket(sql, call.end() - 1)
        expression, condition, position = sql[call.end() : end].strip(), None, end + 1
        if opening := FILTER.match(sql, position):
            closing = closing_bracket(sql, sql.index("(", position))
            condition, position = sql[opening.end() : closing].strip(), closing + 1
        yield Call(call[1], expression, condition, call.start(), position)


def conditioned(sql: str) -> str:
    """The same aggregates with conditions inside counts and sums: for a FILTER engines copy the rows that meet it."""
    texts, position = [], 0
    for call in _calls(sql):
        texts += [sql[position : call.start], _conditioned(call) or sql[call.start : call.end]]
        position = call.end
    return "".join([*texts, sql[position:]])


def _conditioned(call: Call) -> str | None:
    if call.condition is None or call.expression.upper().startswith("DISTINCT"):
        return None
    if call.function == "sum":
        return f"sum(CASE WHEN {call.condition} THEN {call.expression} END)"
    # coalesced: of conditions that are all unknown `count_if` knows no number
    return f"COALESCE(count_if({call.condition}), 0)" if call.expression == "*" else None


def _apart(call: Call, view: View, within: Condition) -> Parts | None:
    if call.expression in PERIOD_COLUMNS and call.condition is None and call.function in ("min", "max"):
        return Parts((), f"{call.function}({call.expression})")
    own = divide(call.condition, view) if call.condition else Condition()
    if own is None:
        return None
    condition = within + own
    rows, sums = _filter(condition.rows()), _filter(condition.sums())
    if call.expression.upper().startswith("DISTINCT"):
        return _distinct(call.expression, rows, condition)
    expression, factor, faded = _fading(call.expression, view)
    if OF_PERIOD.search(expression) or (factor and call.function not in ("sum", "count")):
        return None
    parts, combined = _combined(call.function, expression, factor, rows, sums)
    return Parts(parts, combined, edges=condition.edges | faded, condition=own)


def _distinct(expression: str, rows: str, condition: Condition) -> Parts | None:
    """Different values are counted among sums kept apart by them."""
    column = expression.split(maxsplit=1)[1].strip('" ')
    if not WORD.fullmatch(column):
        return None
    counted = Distinct(column, " AND ".join(["{0} > 0", *(f"({text})" for text in condition.of_sums)]))
    finer = frozenset({(column, condition.rows())})
    return Parts((f"count(*){rows}",), counted.sql(), finer, condition.edges, condition, counted)


def _filter(condition: str | None) -> str:
    return f" FILTER (WHERE {condition})" if condition else ""


def _fading(expression: str, view: View) -> tuple[str, str | None, frozenset[str]]:
    """A fading sum's expression up to the next edge, the factor from there on, and the time to keep the edge of."""
    inner = DOUBLE.fullmatch(expression)
    found = FADING.fullmatch((inner[1] if inner else expression).strip())
    if not found or found[2] not in view.times:
        return expression, None, frozenset()
    points, moment, half_life = found.groups()
    edge = view.edge(moment)
    faded = f"KPI_DOUBLE({points}) * KPI_HALF(KPI_DAYS({moment}, {edge}), {half_life})"
    return faded, f"KPI_HALF(KPI_DAYS({edge}, as_of), {half_life})", frozenset({moment} - {view.main})


def _combined(
    function: str, expression: str, factor: str | None, where: str, after: str
) -> tuple[tuple[str, ...], str]:
    match function:
        case "count":
            counted = expression.split(" * ")[0] if factor else expression
            counted = inner[1] if (inner := DOUBLE.fullmatch(counted)) else counted  # a number or not, it is there
            return (f"count({counted}){where}",), f"COALESCE(sum({{0}}){after}, 0)"
        case "avg":
            sums = (f"sum({expression}){where}", f"count({expression}){where}")
            return sums, f"KPI_RATIO(sum({{0}}){after}, sum({{1}}){after})"
        case "sum" if factor:
            return (f"sum({expression}){where}",), f"sum({{0}} * {factor}){after}"
        case _:
            return (f"{function}({expression}){where}",), f"{function}({{0}}){after}"
