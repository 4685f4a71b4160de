"""Why a number is what it is: the formula with its numbers, the rows that count, and those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from accountlens.catalog.definition import KpiDefinition
from accountlens.engine.answer import Answer
from accountlens.engine.branch_sql import BOUNDS, calendar_sql, live_sql, period_columns
from accountlens.engine.changes import Change, change_of
from accountlens.engine.cuts import time_columns
from accountlens.engine.dimensions import Joins, find_dimension
from accountlens.engine.exports import Row
from accountlens.engine.moments import in_scope, moment_of
from accountlens.engine.plan import Branch, FactUse, Plan
from accountlens.engine.planner import IDENTIFIER, Ground
from accountlens.engine.run import Backdrop, ask
from accountlens.engine.session import Session
from accountlens.engine.timeline import SHIFT_OF
from accountlens.engine.where import dimensions_in, write_where
from accountlens.language.formula import Name, show
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Across, At, During, Measure, Trailing
from accountlens.language.query import Query
from accountlens.warehouses.expand import bind, expand, literal, quoted

SHOWN = 20  # rows of each kind that are listed


@dataclass(frozen=True)
class RowSet:
    """Some rows, and how many there are in all."""

    reason: str
    count: int
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class MeasureTrace:
    """One measure: what it takes, what it found, and which rows of its fact were left out and why."""

    name: str
    sentence: str
    value: float | None
    included: RowSet
    excluded: Sequence[RowSet]
    keys: Sequence[RowSet] = ()  # of a two-stage measure: the accounts (people, deals…) kept, and those not


@dataclass(frozen=True)
class Explanation:
    """`answer` is the number itself; `traces` follow it back to rows."""

    definition: KpiDefinition
    options: Mapping[str, Any]
    period: str
    row: Row
    formula_text: str
    formula_numbers: str
    traces: Sequence[MeasureTrace]
    sql: str
    answer: Answer = field(repr=False)
    change: Change | None = None  # since the time compared with, where the KPI declares its components


def explain(query: Query, ground: Ground, session: Session, backdrop: Backdrop) -> Explanation:
    """Explain one KPI over one period, taken as a whole, and what changed since the first time it is compared with."""
    query = replace(query, kpis=query.kpis[:1], by=(), grain="total", compare=query.earlier[:1])
    answer = ask(query, ground, session, backdrop)
    row, planned = answer.rows()[0], answer.plan.kpis[0]
    kpi = planned.kpi
    traces = [
        _trace(name, measure, kpi, answer.plan, ground, session, row["parts"].get(name))
        for name, measure in kpi.measures.items()
    ]
    return Explanation(
        definition=ground.catalog.kpis[kpi.name],
        options=kpi.options,
        period=row["period"],
        row=row,
        formula_text=show(kpi.formula),
        formula_numbers=show(kpi.formula, lambda name: _figure(name, row, answer.plan, ground)),
        traces=traces,
        sql=answer.sql,
        answer=answer,
        change=_change(row, answer.plan),
    )


def _change(row: Row, plan: Plan) -> Change | None:
    """What changed since the time compared with, where the question compares."""
    if not plan.query.earlier:
        return None
    word = plan.query.earlier[0]
    place = plan.partners[SHIFT_OF[word]][0]
    assert place is not None  # every asked period has a partner
    base = plan.slices[place].period
    told = {"previous": "the period before", "year-ago": "the year before"}[word]
    return change_of(row, word, f"{told} ({base.start} to {base.end - timedelta(days=1)})")


def _figure(name: Name, row: Row, plan: Plan, ground: Ground) -> str:
    piece = plan.slices[0]
    words = {
        "days": (ground.clock.local(piece.as_of) - ground.clock.local(piece.start)).total_seconds() / 86400,
        "days_observed": (piece.horizon - piece.end).total_seconds() / 86400,
    }
    value = row["parts"].get(name.name, words.get(name.name))
    return "unknown" if value is None else f"{value:,.10g}"


def sentence(measure: Measure) -> str:
    """A measure in words: `sum of amount over opportunities closed in the period, where status = 'won'`."""
    what = measure.expression if measure.expression != "rows" else ("kept keys" if measure.per else "rows")
    match measure.time:
        case At(column):
            when = f"with {column} in the period"
        case Trailing(column, window):
            spans = {"period": "in the period", "ever": "before the period's end"}
            span = spans.get(window.unit, f"in the {window} before the period's end")
            when = f"with {column} {span}"
        case During(start, end, read):
            when = f"true at the {read} ({start} to {end})"
        case Across(start, end, window):
            opening = f"{window} before the closing" if window else "the opening"
            when = f"true at {opening} or at the closing ({start} to {end})"
    words = {"count": "number of", "distinct": "number of different", "p90": "90th percentile of"}
    text = f"{words.get(measure.function, f'{measure.function} of')} {what} in {measure.fact}, {when}"
    if measure.where:
        text += f", where {measure.where}"
    if measure.per:
        each = ", ".join(f"{name} = {sql}" for name, sql in measure.per.each.items())
        key = f"duration ({measure.per.lasted})" if measure.per.lasted else measure.per.key
        text += f"; first for each {key}: {each}"
        text += f", keeping {measure.per.keep}" if measure.per.keep else ""
    return text + (f" (of the period {measure.shift.replace('_', ' ')})" if measure.shift else "")


def _trace(
    name: str, measure: Measure, kpi: Kpi, plan: Plan, ground: Ground, session: Session, value: float | None
) -> MeasureTrace:
    told = bind_words(sentence(measure), kpi)
    if not any(entity in ground.available for entity in ground.catalog.primary(measure.fact)):
        needed = " or ".join(ground.catalog.primary(measure.fact))
        return MeasureTrace(
            name, told, None, RowSet("", 0, (), ()), [RowSet(f"there is no source for {needed}", 0, (), ())]
        )
    tracer = _Tracer(measure, kpi, plan, ground, session)
    groups = tracer.groups()
    included = groups.pop("", RowSet("", 0, (), ()))
    excluded = sorted(groups.values(), key=lambda found: -found.count)
    return MeasureTrace(name, told, value, included, [*excluded, *tracer.not_in_fact()], tracer.keys())


def bind_words(text: str, kpi: Kpi) -> str:
    """Option values in place of their names, for reading."""
    for option in sorted(kpi.options, key=len, reverse=True):
        text = text.replace(f"${option}", str(kpi.options[option]))
    return text


class _Tracer:
    """Gives every row of a measure's fact the first reason for which it does not count, or none."""

    def __init__(self, measure: Measure, kpi: Kpi, plan: Plan, ground: Ground, session: Session) -> None:
        self.measure, self.kpi, self.plan, self.ground, self.session = measure, kpi, plan, ground, session
        self.fact = ground.catalog.facts[measure.fact]
        self.branch = next(branch for branch in plan.branches if self._is_mine(branch))
        self.piece = plan.partners[measure.shift][0] if measure.shift else 0

    def _is_mine(self, branch: Branch) -> bool:
        per = self.measure.per.key if self.measure.per else None
        return branch.use.fact == self.measure.fact and branch.time == self.measure.time and branch.per == per

    def write(self, text: str) -> str:
        return expand(bind(text, self.kpi.options), zone=self.plan.zone)

    def groups(self) -> dict[str, RowSet]:
        """By reason; the rows that count under the empty reason."""
        columns = self._shown_columns()
        listed = ", ".join(map(quoted, columns))
        times = self._times(columns)
        first = [f"{quoted(times[0])} DESC"] if times else []
        keys = [name for name in self.fact.key if name in columns] or columns[:1]
        order = f"ORDER BY {', '.join([*first, *map(quoted, keys)])}"
        sql = f"""SELECT reason, {listed}, total FROM (
            SELECT COUNT(*) OVER (PARTITION BY reason) AS total,
                ROW_NUMBER() OVER (PARTITION BY reason {order}) AS number, *
            FROM ({self._reasoned()}) t) s
        WHERE number <= {SHOWN} ORDER BY reason, number"""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self.session.fetch(sql).fetchall():
            found.setdefault(row[0], []).append(row[1:])
        return {
            reason: RowSet(reason, rows[0][-1], columns, [row[:-1] for row in rows]) for reason, rows in found.items()
        }

    def keys(self) -> list[RowSet]:
        """The first stage of a two-stage measure: each key's figures, the kept ones first."""
        per = self.measure.per
        if per is None or per.lasted:
            return []
        each = ", ".join(f"{self.write(sql)} AS {name}" for name, sql in per.each.items())
        keep = self.write(per.keep) if per.keep else "TRUE"
        columns, key = [per.key, *per.each], quoted(per.key)
        sql = f"""SELECT *, COUNT(*) OVER (PARTITION BY kept) AS total FROM (
            SELECT *, COALESCE({keep}, FALSE) AS kept FROM (
                SELECT {key}, {each} FROM ({self._reasoned()}) t WHERE reason = '' GROUP BY {key}) k) m
        QUALIFY ROW_NUMBER() OVER (PARTITION BY kept ORDER BY {columns[1]} DESC, {key}) <= {SHOWN}
        ORDER BY kept DESC, {columns[1]} DESC, {key}"""
        rows = self.session.fetch(sql).fetchall()
        told = bind_words(per.keep or "", self.kpi)
        found = [(f"kept: {told}" if told else "kept", True), (f"not kept: {told}", False)]
        sets = [(reason, [row for row in rows if row[-2] is kept]) for reason, kept in found]
        return [RowSet(reason, own[0][-1], columns, [row[:-2] for row in own]) for reason, own in sets if own]

    def _reasoned(self) -> str:
        joins = Joins(self.ground.catalog, moment_of(self.measure.time), self.plan.history)
        asked = "TRUE"
        if where := self.plan.query.where:
            found = {name: find_dimension(self.ground.catalog, self.fact, name) for name in dimensions_in(where)}
            values = {name: joins.compared(item) for name, item in found.items() if item}
            asked = write_where(where, lambda name: values[name])
        scope = in_scope(self.plan.query.scope, self.kpi.membership, moment_of(self.measure.time)) or "TRUE"
        period = ", ".join(f"c.{name}" for name in period_columns(self.branch))
        inner = f"""SELECT {period}{self._states()},
            {self._time_reason()} AS reason_of_time, ({scope}) AS in_scope, ({asked}) AS as_asked, f.*
        FROM {quoted(self.branch.use.relation)} f
        CROSS JOIN ({self._calendar()}) c {" ".join(joins.texts.values())}"""
        own = self.write(self.measure.where) if self.measure.where else "TRUE"
        told = literal(f"not: {bind_words(self.measure.where or '', self.kpi)}")
        per = self.measure.per
        key = (f"({self.write(per.lasted)})" if per.lasted else quoted(per.key)) + " IS NULL" if per else "FALSE"
        missing = literal(f"without {per.key if per else ''}")
        left_out = literal(f"left out by the question: {self.plan.query.where}")
        return f"""SELECT CASE
            WHEN reason_of_time <> '' THEN reason_of_time
            WHEN NOT in_scope OR in_scope IS NULL THEN {literal("outside scope " + self.plan.query.scope)}
            WHEN NOT as_asked OR as_asked IS NULL THEN {left_out}
            WHEN ({own}) IS NULL OR NOT ({own}) THEN {told}
            WHEN {key} THEN {missing}
            ELSE '' END AS reason, *
        FROM ({inner}) r"""

    def _calendar(self) -> str:
        every = calendar_sql(self.branch, self.plan, self.ground.clock, None, [*BOUNDS, *period_columns(self.branch)])
        return f"SELECT * FROM ({every}) v WHERE p = {self.piece}"

    def _states(self) -> str:
        match self.measure.time:
            case Across(start, end, _, boundary):
                live = [live_sql(start, end, instant, boundary) for instant in ("c.lo", "c.hi")]
                return f", ({live[0]}) AS opening, ({live[1]}) AS closing"
            case _:
                return ""

    def _time_reason(self) -> str:
        match self.measure.time:
            case At(column) | Trailing(column):
                t = f"f.{quoted(column)}"
                return (
                    f"CASE WHEN {t} IS NULL THEN {literal(f'without {column}')} "
                    f"WHEN {t} < c.lo THEN {literal(f'{column} before the time that counts')} "
                    f"WHEN {t} >= c.hi THEN {literal(f'{column} after the time that counts')} ELSE '' END"
                )
            case During(start, end, _, boundary):
                live = live_sql(start, end, "c.hi", boundary)
                return f"CASE WHEN {live} THEN '' ELSE 'not true at that instant' END"
            case Across(start, end, _, boundary):
                live = " OR ".join(f"({live_sql(start, end, instant, boundary)})" for instant in ("c.lo", "c.hi"))
                return f"CASE WHEN {live} THEN '' ELSE 'true neither at the opening nor at the closing' END"

    def _times(self, columns: Sequence[str]) -> list[str]:
        return [column for column in time_columns(self.measure.time) if column in columns]

    def _shown_columns(self) -> list[str]:
        """Key, account, times, and whatever the measure reads."""
        texts = [self.measure.where or "", self.measure.expression]
        texts += [*self.measure.per.each.values(), self.measure.per.lasted or ""] if self.measure.per else []
        words = {word for text in texts for word in IDENTIFIER.findall(text)} | set(self.fact.key) | {"account_id"}
        words |= set(time_columns(self.measure.time))
        primary = self.fact.primary[:1] or (self.fact.name,)
        given = self.ground.catalog.facts[primary[0]].columns
        ordered = sorted(self.fact.columns, key=lambda name: (name not in self.fact.key, name not in given))
        return [column for column in ordered if column in words]

    def not_in_fact(self) -> Iterator[RowSet]:
        """Rows of the entity that the fact itself leaves out, where fact and entity have the same key."""
        primary = self.ground.catalog.primary(self.measure.fact)
        entity = self.ground.catalog.facts.get(primary[0]) if len(primary) == 1 else None
        if entity is None or not self.fact.sql or not self.fact.key or self.fact.key != entity.key:
            return
        self.session.ensure(FactUse(entity.name, entity.name))
        same = " AND ".join(f"e.{name} = f.{name}" for name in map(quoted, entity.key))
        columns = [column for column in self._shown_columns() if column in entity.columns]
        listed = ", ".join(f"e.{quoted(column)}" for column in columns)
        sql = f"""SELECT {listed}, COUNT(*) OVER () AS total FROM {quoted(entity.name)} e
        WHERE NOT EXISTS (SELECT 1 FROM {quoted(self.branch.use.relation)} f WHERE {same}) LIMIT {SHOWN}"""
        rows = self.session.fetch(sql).fetchall()
        if rows:
            reason = f"{entity.name} that {self.fact.name} leaves out ({self.fact.about.rstrip('.')})"
            yield RowSet(reason, rows[0][-1], columns, [row[:-1] for row in rows])
