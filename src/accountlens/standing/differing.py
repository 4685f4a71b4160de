"""Rows that one of two snapshots has and the other has not, of a table or of a fact made of it row by row.

A table's files are never written again: rows of files that both have are the same. The others are compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.store import TableVersion
from accountlens.store.scan_sql import scan_sql
from accountlens.warehouses.expand import quoted
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
            f"SELECT {listed}, {more} AS {MORE} FROM ({sql}) WHERE {only}" for sql, more in ((now, 1), (then, -1))
        )
        differing = f"SELECT {listed}, sum({MORE}) AS {MORE} FROM ({rows}) GROUP BY {listed} HAVING sum({MORE}) <> 0"
        table = f"_differing_{len(self.found)}"
        ((many,),) = self.session.fetch(f"CREATE TABLE {table} AS {differing}").fetchall()
        return table if many else SAME

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
            return self._alone(mine.tables.get(name), other.tables.get(name))
        beneath = {other_name: self._apart(other_name, own, mine, other) for other_name in fact.reads}
        if fact.model or None in beneath.values():
            return None
        shadows = ", ".join(f"{quoted(name)} AS (SELECT * FROM ({sql}))" for name, sql in beneath.items())
        select = f"WITH {shadows} SELECT * FROM (\n{self._sql(name, own, mine)}\n)"
        return select if passes_rows_on(self.session.con, select) else None

    def _alone(self, mine: TableVersion | None, other: TableVersion | None) -> str | None:
        if mine is None or other is None or mine.columns != other.columns:
            return None
        files = tuple(file for file in mine.files if file not in set(other.files))
        many = mine.rows * len(files) // max(len(mine.files), 1)  # as if all had as many rows
        return scan_sql(self.folder, replace(mine, files=files)) if many <= MOST_ROWS else None

    def _own(self, name: str, beyond: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the parameters beyond the defaults that bear on a fact."""
        bearing = self.session.catalog.parameters(name) if beyond else {}
        return {key: value for key, value in beyond.items() if key in bearing}

    def _is_table(self, name: str, own: Mapping[str, Any]) -> bool:
        return not self.session.catalog.facts[name].sql or (
            not own and name in self.then.tables and name in self.now.tables
        )

    def _sql(self, name: str, own: Mapping[str, Any], of: Stored) -> str:
        return self.session.catalog.sql_of(name, own, of.as_of, self.session.zone)
