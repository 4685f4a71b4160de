"""Rows that one of two snapshots has and the other has not, of a table or of a fact made of it row by row.

A table's files are never written again: rows of files that both have are the same. The others are compared. Of tables
in a warehouse (`there`) months are what files are here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.language.tables import Fact
from accountlens.store import TableVersion
from accountlens.store.scan_sql import scan_sql
from accountlens.warehouses.expand import expand, quoted
from accountlens.warehouses.plans import passes_rows_on

MOST_ROWS = 2_000_000  # in files of one snapshot alone: to compare more costs as much as to compute
MORE = "_more"  # how many times more a row is there now
SAME = ""  # the name of no table: nothing differs


@dataclass(frozen=True)
class Stored:
    """The tables of a snapshot that are read as they are stored."""

    snapshot: str
    as_of: datetime
    tables: Mapping[str, TableVersion]


@dataclass
class Differing:
    """What differs between two snapshots of a store, as tables of the session; None: that is not known."""

    folder: Path
    session: Session
    then: Stored
    now: Stored
    found: dict[tuple[Any, ...], str | None] = field(default_factory=dict)

    def rows(self, use: FactUse, columns: Sequence[str]) -> str | None:
        """A fact's rows that differ in these columns, each with how many times MORE it is there now."""
        key = use, *columns
        if key not in self.found:
            self.found[key] = None if use.over else self._compared(use.fact, json.loads(use.beyond), columns)
        return self.found[key]

    def table(self, name: str, columns: Sequence[str], only: str = "TRUE") -> str | None:
        """The same of a table, of those rows that meet a condition."""
        key = name, *columns, only
        if key not in self.found:
            self.found[key] = self._compared(name, {}, columns, only)
        return self.found[key]

    def _compared(self, name: str, beyond: Mapping[str, Any], columns: Sequence[str], only: str = "TRUE") -> str | None:
        if self._same(name, beyond):
            return SAME
        now, then = self._apart(name, beyond, self.now, self.then), self._apart(name, beyond, self.then, self.now)
        if now is None or then is None:
            return None
        listed = ", ".join(map(quoted, columns))
        rows = " UNION ALL ".join(
            f"SELECT {listed}, {more} AS {MORE} FROM ({sql}) t WHERE {only}" for sql, more in ((now, 1), (then, -1))
        )
        differing = f"SELECT {listed}, sum({MORE}) AS {MORE} FROM ({rows}) v GROUP BY {listed} HAVING sum({MORE}) <> 0"
        table = f"_differing_{len(self.found)}"
        return table if self.keep(table, differing) else SAME

    def _same(self, name: str, beyond: Mapping[str, Any]) -> bool:
        """Whether all beneath a fact is what it was, and the fact is made of it in the same way."""
        own, fact = self._own(name, beyond), self.session.catalog.facts[name]
        if self._is_table(name, own):
            return self.then.tables.get(name) == self.now.tables.get(name)
        then, now = (self._sql(name, own, one) for one in (self.then, self.now))
        return then == now and not fact.model and all(self._same(other, own) for other in fact.reads)

    def _apart(self, name: str, beyond: Mapping[str, Any], mine: Stored, other: Stored) -> str | None:
        """A SELECT of a fact's rows that come from files only one snapshot has."""
        own, fact = self._own(name, beyond), self.session.catalog.facts[name]
        if self._is_table(name, own):
            return self.alone(name, mine, other)
        beneath = {other_name: self._apart(other_name, own, mine, other) for other_name in fact.reads}
        if fact.model or None in beneath.values():
            return None
        shadows = ", ".join(f"{quoted(name)} AS (SELECT * FROM ({sql}) t)" for name, sql in beneath.items())
        select = f"WITH {shadows} SELECT * FROM (\n{self._sql(name, own, mine)}\n) v"
        return select if self._is_row_wise(fact, self._sql(name, own, mine)) else None

    def _is_row_wise(self, fact: Fact, sql: str) -> bool:
        """Whether each of a fact's rows is made of one row of what it reads."""
        shadows = ", ".join(f"{quoted(name)} AS ({self._nothing(name)})" for name in fact.reads)
        select = f"WITH {shadows} SELECT * FROM (\n{sql}\n)"
        return passes_rows_on(self.planner, expand(select, zone=self.session.zone))

    def _nothing(self, name: str) -> str:
        columns = self.session.catalog.facts[name].columns.items()
        return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {quoted(one)}' for one, kind in columns)}"

    @property
    def planner(self) -> duckdb.DuckDBPyConnection:
        """What says how a SELECT would be run."""
        return self.session.con

    def alone(self, name: str, mine: Stored, other: Stored) -> str | None:
        """A SELECT of the rows of a table that lie in files only one snapshot has."""
        own, others = mine.tables.get(name), other.tables.get(name)
        if own is None or others is None or own.columns != others.columns:
            return None
        files = tuple(file for file in own.files if file not in set(others.files))
        many = own.rows * len(files) // max(len(own.files), 1)  # as if all had as many rows
        return scan_sql(self.folder, replace(own, files=files)) if many <= MOST_ROWS else None

    def keep(self, table: str, select: str) -> int:
        """Make a table of a SELECT; how many rows it has."""
        ((many,),) = self.session.fetch(f"CREATE TABLE {table} AS {self.session.written(select)}").fetchall()
        return int(many)

    def _own(self, name: str, beyond: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the parameters beyond the defaults that bear on a fact."""
        bearing = self.session.catalog.parameters(name) if beyond else {}
        return {key: value for key, value in beyond.items() if key in bearing}

    def _is_table(self, name: str, own: Mapping[str, Any]) -> bool:
        return not self.session.catalog.facts[name].sql or (
            not own and name in self.then.tables and name in self.now.tables
        )

    def _sql(self, name: str, own: Mapping[str, Any], of: Stored) -> str:
        return self.session.catalog.authored(name, own, of.as_of)
