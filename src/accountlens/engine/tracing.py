"""The rows of a measure's fact: which of them count, and for which reason the others do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accountlens.engine.branch_sql import BOUNDS, calendar_sql, live_sql, period_columns
from accountlens.engine.cuts import time_columns
from accountlens.engine.dimensions import Joins, find_dimension
from accountlens.engine.ground import Ground
from accountlens.engine.moments import in_scope, moment_of
from accountlens.engine.plan import Branch, FactUse, Plan
from accountlens.engine.planner import IDENTIFIER
from accountlens.engine.session import Session
from accountlens.engine.where import dimensions_in, write_where
from accountlens.errors import AccountlensError
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Across, At, During, Measure, PerKey, Trailing
from accountlens.language.tables import Fact
from accountlens.warehouses.expand import bind, expand, literal, quoted

SHOWN = 20  # rows of each kind that are listed


@dataclass(frozen=True)
class RowSet:
    """Some rows, and how many there are in all."""

    reason: str
    count: int
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    outside: bool = False  # whether the fact itself leaves them out


def bind_words(text: str, kpi: Kpi) -> str:
    """Option values in place of their names, for reading."""
    for option in sorted(kpi.options, key=len, reverse=True):
        text = text.replace(f"${option}", str(kpi.options[option]))
    return text


Groups = dict[str, RowSet]  # by reason; the rows that count under the empty reason


def grouped(tracers: Sequence[Tracer]) -> list[Groups]:
    """The rows of each; measures that leave out the same rows for the same reasons are read together."""
    together: dict[tuple[str, str], list[int]] = {}
    for at, tracer in enumerate(tracers):
        together.setdefault((tracer._reasoned, tracer._order()), []).append(at)
    found: dict[int, Groups] = {}
    for (reasoned, order), places in together.items():
        shown = {at: tracers[at]._shown_columns() for at in places}
        every = list(dict.fromkeys(column for columns in shown.values() for column in columns))
        groups = _by_reason(tracers[places[0]].session, reasoned, order, every)
        for at, columns in shown.items():
            cells = [every.index(column) for column in columns]
            found[at] = {one.reason: _narrowed(one, columns, cells) for one in groups}
    return [found[at] for at in range(len(tracers))]


def _by_reason(session: Session, reasoned: str, order: str, columns: Sequence[str]) -> list[RowSet]:
    """Counted first, then the first rows of each reason: a sort of all rows would cost three times as much."""
    counts = session.fetch(f"SELECT reason, COUNT(*) FROM ({reasoned}) t GROUP BY reason ORDER BY reason").fetchall()
    listed = ", ".join(map(quoted, columns))
    found = []
    for reason, total in counts:
        sql = f"SELECT {listed} FROM ({reasoned}) t WHERE reason = {literal(reason)} {order} LIMIT {SHOWN}"
        found.append(RowSet(reason, total, columns, session.fetch(sql).fetchall()))
    return found


def _narrowed(one: RowSet, columns: Sequence[str], cells: Sequence[int]) -> RowSet:
    return RowSet(one.reason, one.count, columns, [tuple(row[cell] for cell in cells) for row in one.rows])


class Tracer:
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

    def select(self, reason: str) -> str:
        """All rows of a reason, as a statement; those that count have none."""
        listed = ", ".join(map(quoted, self._shown_columns()))
        return f"SELECT {listed} FROM ({self._reasoned}) t WHERE reason = {literal(reason)} {self._order()}"

    def _order(self) -> str:
        """The newest first, then by the key: the same order whenever it is asked."""
        columns = self._shown_columns()
        times = self._times(columns)
        first = [f"{quoted(times[0])} DESC"] if times else []
        keys = [name for name in self.fact.key if name in columns] or columns[:1]
        return f"ORDER BY {', '.join([*first, *map(quoted, keys)])}"

    def keys(self) -> list[RowSet]:
        """The first stage of a two-stage measure: each key's figures, the kept ones first."""
        per = self.measure.per
        if per is None or per.lasted:
            return []
        columns = [per.key, *per.each]
        order = f"{columns[1]} DESC, {quoted(per.key)}"
        sql = f"""SELECT *, COUNT(*) OVER (PARTITION BY kept) AS total FROM ({self._keyed(per)}) m
        QUALIFY ROW_NUMBER() OVER (PARTITION BY kept ORDER BY {order}) <= {SHOWN} ORDER BY kept DESC, {order}"""
        rows = self.session.fetch(sql).fetchall()
        told = bind_words(per.keep or "", self.kpi)
        found = [(f"kept: {told}" if told else "kept", True), (f"not kept: {told}", False)]
        sets = [(reason, [row for row in rows if row[-2] is kept]) for reason, kept in found]
        return [RowSet(reason, own[0][-1], columns, [row[:-2] for row in own]) for reason, own in sets if own]

    def select_keys(self, kept: bool) -> str:
        """All keys of the first stage that are kept, or not, as a statement."""
        per = self.measure.per
        if per is None or per.lasted:
            raise AccountlensError(f"'{self.measure.name}' is counted from rows in one stage; it keeps no keys.")
        columns = ", ".join([quoted(per.key), *per.each])
        order = f"{next(iter(per.each))} DESC, {quoted(per.key)}"
        return f"SELECT {columns} FROM ({self._keyed(per)}) m WHERE kept = {kept} ORDER BY {order}"

    def _keyed(self, per: PerKey) -> str:
        each = ", ".join(f"{self.write(sql)} AS {name}" for name, sql in per.each.items())
        keep, key = self.write(per.keep) if per.keep else "TRUE", quoted(per.key)
        return f"""SELECT *, COALESCE({keep}, FALSE) AS kept FROM (
                SELECT {key}, {each} FROM ({self._reasoned}) t WHERE reason = '' GROUP BY {key}) k"""

    @cached_property
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
        entity = self._entity()
        if entity is None:
            return
        columns = self._shown_of(entity)
        sql = f"SELECT *, COUNT(*) OVER () AS total FROM ({self._outside(entity)}) o LIMIT {SHOWN}"
        rows = self.session.fetch(sql).fetchall()
        if rows:
            reason = f"{entity.name} that {self.fact.name} leaves out ({self.fact.about.rstrip('.')})"
            yield RowSet(reason, rows[0][-1], columns, [row[:-1] for row in rows], outside=True)

    def select_outside(self) -> str:
        """All of these rows, as a statement."""
        entity = self._entity()
        if entity is None:
            raise AccountlensError(f"'{self.fact.name}' leaves out no rows of an entity of the same key.")
        return f"{self._outside(entity)} ORDER BY {', '.join(f'e.{quoted(name)}' for name in entity.key)}"

    def _entity(self) -> Fact | None:
        primary = self.ground.catalog.primary(self.measure.fact)
        entity = self.ground.catalog.facts.get(primary[0]) if len(primary) == 1 else None
        if entity is None or not self.fact.sql or not self.fact.key or self.fact.key != entity.key:
            return None
        return entity

    def _shown_of(self, entity: Fact) -> list[str]:
        return [column for column in self._shown_columns() if column in entity.columns]

    def _outside(self, entity: Fact) -> str:
        self.session.ensure(FactUse(entity.name, entity.name))
        same = " AND ".join(f"e.{name} = f.{name}" for name in map(quoted, entity.key))
        listed = ", ".join(f"e.{quoted(column)}" for column in self._shown_of(entity))
        return f"""SELECT {listed} FROM {quoted(entity.name)} e
        WHERE NOT EXISTS (SELECT 1 FROM {quoted(self.branch.use.relation)} f WHERE {same})"""
