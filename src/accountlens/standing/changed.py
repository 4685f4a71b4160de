"""In which spans of time a fact's rows are others than in the snapshot before, as its own SQL meets them.

A table's files are never written again: rows of files that both snapshots have are the same. The others are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from accountlens.engine.branch_sql import BOUNDS, calendar_sql, meets_sql
from accountlens.engine.cuts import time_columns
from accountlens.engine.fact_sql import joins_of
from accountlens.engine.plan import Branch, FactUse, Plan
from accountlens.engine.session import HISTORY, Session
from accountlens.language.calendar import Clock
from accountlens.store import TableVersion
from accountlens.store.scan_sql import scan_sql
from accountlens.warehouses.expand import literal, quoted

MOST_ROWS = 2_000_000  # in files of one snapshot alone: to compare more costs as much as to compute
MORE = "_more"  # how many times more a row is there now
SAME = ""  # the name of no table: nothing differs


@dataclass(frozen=True)
class Stored:
    """The tables of a snapshot that are read as they are stored."""

    snapshot: str
    as_of: datetime
    tables: Mapping[str, TableVersion]


@dataclass(frozen=True)
class Lookup:
    """What a dimension reads in the rows of another table that a column of the fact names by their `key`."""

    column: str
    table: str
    key: str
    read: tuple[str, ...]
    only: str = "TRUE"


@dataclass
class Changes:
    """What differs between two snapshots of a store; None: that is not known."""

    folder: Path
    session: Session
    then: Stored
    now: Stored
    compared: dict[tuple[Any, ...], str | None] = field(default_factory=dict)  # what → a table of what differs

    def touched(self, branches: Sequence[Branch], plan: Plan, clock: Clock) -> frozenset[int] | None:
        """The slices in which rows that a fact's branches meet came, went, or differ in what the branches read."""
        read = sorted({name for branch in branches for name in self._read(branch, plan)})
        pieces: list[str] = []
        for branch in branches:
            met = f"JOIN ({calendar_sql(branch, plan, clock, None, BOUNDS)}) c ON {meets_sql(branch, None)[0]}"
            changed, named = self._rows(branch.use, read), self._named(branch, plan)
            if changed is None or named is None:
                return None
            pieces += [f"SELECT c.p FROM {quoted(branch.use.relation)} f {met} WHERE {one}" for one in named]
            if changed:
                pieces.append(self._differing(branch, plan, f"FROM {changed} f {met}"))
        found = self.session.fetch("\nUNION\n".join(pieces)).fetchall() if pieces else []
        return frozenset(index for (index,) in found)

    def _read(self, branch: Branch, plan: Plan) -> set[str]:
        """The columns of a branch's rows, and those by which they meet periods."""
        own = joins_of(branch, plan, self.session.catalog).own
        return {*branch.columns, *time_columns(branch.time), *own}

    def _differing(self, branch: Branch, plan: Plan, met: str) -> str:
        """A SELECT of the slices whose rows are not the same ones; when they happened matters where it is read."""
        joins = joins_of(branch, plan, self.session.catalog)
        at_their_time = any(joins.moment.sql in text for text in joins.texts.values())
        columns = {*branch.columns, *joins.own, *(time_columns(branch.time) if at_their_time else ())}
        flags = [flag.rsplit(" AS ", 1)[0] for flag in meets_sql(branch, None)[1]]
        keys = ", ".join(["c.p", *(f"f.{quoted(name)}" for name in sorted(columns)), *flags])
        return f"SELECT c.p {met} GROUP BY {keys} HAVING sum(f.{MORE}) <> 0"

    def _named(self, branch: Branch, plan: Plan) -> list[str] | None:
        """Conditions of a fact's rows of which a dimension reads something else in another table."""
        conditions = []
        for lookup in self._lookups(branch, plan):
            keys = self._compare(lookup.table, (lookup.key, *lookup.read), lookup.only) if lookup else None
            if lookup is None or keys is None:
                return None
            if keys:
                conditions.append(f"f.{quoted(lookup.column)} IN (SELECT {quoted(lookup.key)} FROM {keys})")
        return conditions

    def _lookups(self, branch: Branch, plan: Plan) -> Iterator[Lookup | None]:
        """What a branch's dimensions read in other tables; None where they go on from there."""
        for dimension in (*branch.dimensions, *branch.filters):
            column, table = dimension.hops[0] if dimension.hops else ("account_id", dimension.fact)
            was = dimension.column in plan.history and table == "accounts"
            if len(dimension.hops) > 1 or (dimension.hops and dimension.fact == "accounts"):
                yield None
            if dimension.hops:
                yield Lookup(column, table, self.session.catalog.entities[table].key[0], (dimension.column,))
            if was:
                told = ("value", "valid_from", "valid_to")
                yield Lookup(column, HISTORY, "account_id", told, f"attribute = {literal(dimension.column)}")

    def _rows(self, use: FactUse, columns: Sequence[str]) -> str | None:
        """A table of a fact's rows that differ in these columns."""
        fact, beyond = self.session.catalog.facts[use.fact], json.loads(use.beyond)
        if use.over:
            return None
        if not fact.sql or (not beyond and self._is_stored(use.fact)):
            return self._compare(use.fact, columns)
        return SAME if self._same(use.fact, beyond) else None

    def _is_stored(self, name: str) -> bool:
        return name in self.then.tables and name in self.now.tables

    def _same(self, name: str, beyond: Mapping[str, Any]) -> bool:
        """Whether all beneath a fact is what it was, and the fact is made of it in the same way."""
        catalog = self.session.catalog
        if not catalog.facts[name].sql or (not beyond and self._is_stored(name)):
            return self.then.tables.get(name) == self.now.tables.get(name)
        then, now = (catalog.sql_of(name, beyond, one.as_of, self.session.zone) for one in (self.then, self.now))
        beneath = catalog.facts[name].reads
        return then == now and not catalog.facts[name].model and all(self._same(other, beyond) for other in beneath)

    def _compare(self, table: str, columns: Sequence[str], only: str = "TRUE") -> str | None:
        key = table, *columns, only
        if key not in self.compared:
            self.compared[key] = self._compared(table, columns, only, f"_differing_{len(self.compared)}")
        return self.compared[key]

    def _compared(self, table: str, columns: Sequence[str], only: str, name: str) -> str | None:
        then, now = self.then.tables.get(table), self.now.tables.get(table)
        if then == now:
            return SAME
        if then is None or now is None or not _same_types(then, now, columns):
            return None
        then, now = _without(then, now), _without(now, then)
        if then.rows + now.rows > MOST_ROWS:
            return None
        listed = ", ".join(map(quoted, columns))
        rows = " UNION ALL ".join(
            f"SELECT {listed}, {more} AS {MORE} FROM ({scan_sql(self.folder, version)}) WHERE {only}"
            for version, more in ((now, 1), (then, -1))
        )
        differing = f"SELECT {listed}, sum({MORE}) AS {MORE} FROM ({rows}) GROUP BY {listed} HAVING sum({MORE}) <> 0"
        ((found,),) = self.session.fetch(f"CREATE TABLE {name} AS {differing}").fetchall()
        return name if found else SAME


def _same_types(then: TableVersion, now: TableVersion, columns: Sequence[str]) -> bool:
    before, after = dict(then.columns), dict(now.columns)
    return all(before.get(name) == after.get(name) is not None for name in columns)


def _without(version: TableVersion, other: TableVersion) -> TableVersion:
    """A version's files that the other one has not, as if all had as many rows."""
    files = tuple(file for file in version.files if file not in set(other.files))
    return replace(version, files=files, rows=version.rows * len(files) // max(len(version.files), 1))
