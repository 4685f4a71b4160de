"""The SELECT that turns the rows of one origin into rows of its entity, each with the reasons against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from accountlens.language.tables import SQL_TYPES, Column, Entity, OpenColumn, Scale
from accountlens.sources.casts import NO_VALUE, cast, is_typed, kept, text_of
from accountlens.sources.mapping import Origin
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

Check = tuple[str, str]  # SQL that is true where a row is faulty, SQL of the reason
# Takes an entity, the SQL of its clean rows and their columns; gives SQL of rows with more columns, and checks.
Step = Callable[[Entity, str, Sequence[str]], tuple[str, Sequence[str], Sequence[Check]]]


@dataclass(frozen=True)
class Rows:
    """The rows of one origin as SQL."""

    sql: str
    columns: tuple[str, ...]
    flags: tuple[str, ...] = ()  # those read as text
    unread: str = ""  # SQL: for each of these how many values could not be read, and the first of them


def rows_of(entity: Entity, origin: Origin, part: int, step: Step | None = None) -> Rows:
    """Clean rows with `_reason` (NULL = none), `_content` (the row as given, in JSON), and where they stood."""
    return _Writer(entity, origin).rows(part, step)


class _Writer:
    """Layer on layer: values as given (`r:`) with their texts (`t:`), clean values, what is wrong with them."""

    def __init__(self, entity: Entity, origin: Origin) -> None:
        self.entity, self.origin = entity, origin
        self.extra = [name for name in origin.columns if name not in entity.columns]
        self.given = list(dict.fromkeys(origin.columns.values()))
        self.casts = {column.name: self._cast(column) for column in entity.columns.values() if self._has(column.name)}

    def rows(self, part: int, step: Step | None) -> Rows:
        columns, more = [*self.entity.columns, *self.extra], list[Check]()
        select = f"SELECT *, {_reason(list(self._checks()))} AS _wrong\nFROM ({self._clean()})"
        if step is not None:
            select, added, checks = step(self.entity, select, columns)
            columns, more = [*columns, *added], list(checks)
        faults = " OR ".join(["_wrong IS NOT NULL", *(f"({fault})" for fault, _ in more)])
        content = ", ".join(f"{quoted(name)} := {self._raw(name)}" for name in self.given)
        sql = (
            f"SELECT {', '.join(map(quoted, columns))}, {part} AS _part, _source, _file, _row,\n"
            f"{_reason([('_wrong IS NOT NULL', '_wrong'), *more])} AS _reason,\n"
            f"CASE WHEN {faults} THEN CAST(to_json(struct_pack({content})) AS VARCHAR) END AS _content\n"
            f"FROM ({select})"
        )
        return Rows(sql, tuple(columns), *self._unread())

    def _clean(self) -> str:
        raw = [f"{quoted(name)} AS {self._raw(name)}" for name in self.given]
        raw += [f"{text_of(quoted(self._source(name)), self._kind(name))} AS {self._text(name)}" for name in self.casts]
        values = [f"{self._value(column)} AS {quoted(column.name)}" for column in self.entity.columns.values()]
        values += [f"{kept(self._raw(self._source(name)), self._kind(name))} AS {quoted(name)}" for name in self.extra]
        place = "CAST(_file AS VARCHAR) AS _file, TRY_CAST(_row AS BIGINT) AS _row"
        listed = ", ".join([*raw, f"{self.origin.source} AS _source", place])
        return f"SELECT *, {', '.join(values)}\nFROM (SELECT {listed}\nFROM {self.origin.relation})"

    def _cast(self, column: Column) -> tuple[str, str | None]:
        name, kind = column.name, self._kind(column.name)
        found = cast(self._raw(self._source(name)), kind, self._text(name), column.type)
        return found.value, found.fault.replace("{value}", quoted(name)) if found.fault else None

    def _value(self, column: Column) -> str:
        if column.name not in self.casts:
            return f"CAST(NULL AS {SQL_TYPES[column.type]})"
        value, _ = self.casts[column.name]
        words = column.usual if isinstance(column, OpenColumn) else column.values
        if not words:
            return value
        return f"al_word({value}, {_one_of(words)})"

    def _checks(self) -> Iterator[Check]:
        for column in self.entity.columns.values():
            yield from self._column_checks(column)
        for check in self.entity.checks:
            if isinstance(check, Scale):
                yield self._scale_check(check)
            yield self._interval_check(check.start, check.end)

    def _column_checks(self, column: Column) -> Iterator[Check]:
        name, value = column.name, quoted(column.name)
        if name not in self.casts:
            return
        fault = self.casts[name][1]
        if fault:
            what = NO_VALUE.get(column.type, "is no number")
            yield fault, f"{literal(name + ' ')} || {self._shown(name)} || {literal(' ' + what)}"
        if column.required and (name in self.entity.key or column.type in ("time", "date") or column.values):
            empty = f"{value} IS NULL" + (f" AND ({fault}) IS NOT true" if fault else "")  # a fault may be unknown
            yield empty, literal(f"{name} is missing")
        for limit, sign, side in ((column.min, "<", "below"), (column.max, ">", "above")):
            if limit is not None:
                reason = f"{literal(name + ' ')} || {self._shown(name)} || {literal(f' is {side} {limit:g}')}"
                yield f"{value} {sign} {limit:g}", reason
        if column.required and column.values:
            words = f" is none of {', '.join(column.values)}"
            reason = f"{literal(name + ' ')} || {self._shown(name)} || {literal(words)}"
            yield f"NOT regexp_full_match({value}, {_one_of(column.values)})", reason

    def _interval_check(self, start: str, end: str) -> Check:
        reason = f"{literal(end + ' ')} || {self._shown(end)} || ' lies before ' || {literal(start + ' ')} || "
        return f"{quoted(end)} < {quoted(start)}", reason + self._shown(start)

    def _scale_check(self, scale: Scale) -> Check:
        low, high = (self._end_of_scale(scale, place) for place in (0, 1))
        value = quoted(scale.value)
        reason = (
            f"{literal(scale.value + ' ')} || {self._shown(scale.value)} || ' is outside its scale, ' || "
            f"format('{{:g}} to {{:g}}', {low}, {high})"
        )
        return f"{value} < {low} OR {value} > {high}", reason

    def _end_of_scale(self, scale: Scale, place: int) -> str:
        cases = " ".join(f"WHEN {literal(name)} THEN {ends[place]:g}::DOUBLE" for name, ends in scale.usual.items())
        own = quoted((scale.start, scale.end)[place])
        return f"coalesce({own}, CASE {quoted(scale.by)} {cases} END)"

    def _unread(self) -> tuple[tuple[str, ...], str]:
        flags = [column for column in self.entity.columns.values() if column.type == "flag" and self._has(column.name)]
        flags = [column for column in flags if not is_typed(self._kind(column.name), "flag")]
        counts = []
        for column in flags:
            text = self._text(column.name)
            unread = f"FILTER ({text} IS NOT NULL AND {quoted(column.name)} IS NULL)"
            counts += [f"count(*) {unread}", f"arg_min({text}, _row) {unread}"]
        return tuple(column.name for column in flags), f"SELECT {', '.join(counts)} FROM ({self._clean()})"

    def _shown(self, name: str) -> str:
        return f"al_shown({self._raw(self._source(name))})" if self._has(name) else "''"

    def _has(self, name: str) -> bool:
        return name in self.origin.columns

    def _source(self, name: str) -> str:
        return self.origin.columns[name]

    def _kind(self, name: str) -> str:
        return self.origin.types[self._source(name)]

    def _raw(self, source: str) -> str:
        return quoted(f"r:{source}")

    def _text(self, name: str) -> str:
        return quoted(f"t:{name}")


def _reason(checks: Sequence[Check]) -> str:
    """All that is wrong with a row as one text; NULL where nothing is."""
    if not checks:
        return "CAST(NULL AS VARCHAR)"
    told = ", ".join(f"CASE WHEN {fault} THEN {reason} END" for fault, reason in checks)
    return f"CASE WHEN {' OR '.join(f'({fault})' for fault, _ in checks)} THEN concat_ws('; ', {told}) END"


def _one_of(words: Sequence[str]) -> str:
    return literal("|".join(map(re.escape, words)))
