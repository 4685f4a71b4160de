"""A session for some accounts: the same snapshot, in which every statement sees the rows of these accounts alone.

Its cursors look for a table in a schema of views first. Facts beneath the views are computed over all rows, so that a
rank or a score of an account is the same number whoever looks.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from itertools import count

import duckdb

from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.warehouses.expand import quoted

OWN = "account_id"
SEEN = "seen_accounts"
MERGES = "account_merges"  # has the account under another name
ABOVE = ("parent_account_id", "ultimate_parent_id")  # another account, which need not be seen
_numbers = count(1)


class NarrowedSession(Session):
    """`base`, for those of its accounts that are `seen`. Safe to use from several threads, as the base is."""

    def __init__(self, base: Session, seen: frozenset[str]) -> None:
        self.base, self.seen = base, seen
        self.catalog, self.tables, self.zone = base.catalog, base.tables, base.zone
        self.as_of, self.fit = base.as_of, base.fit
        self.standing, self.shapes, self.halves = base.standing, base.shapes, base.halves
        self.con, self.lock = base.con, base.lock
        self.made = set()
        self._labels = {}
        self.schema = f"seen_{next(_numbers)}"
        with self.lock:
            self._begin(seen)
        weakref.finalize(self, _drop, base.con, base.lock, self.schema)

    @property
    def whole(self) -> Session:
        return self.base

    def table(self, name: str) -> None:
        """Make an entity readable: its rows of these accounts, or all of them where they belong to no account."""
        with self.lock:
            if name not in self.made:
                self.base.table(name)
                self._narrow(name, self.catalog.facts[name].columns)
                self.made.add(name)

    def lacks(self, name: str) -> bool:
        return self.base.lacks(name)

    def check(self, use: FactUse) -> None:
        """A fact that is not kept by account cannot be narrowed."""
        if OWN not in self.catalog.facts[use.fact].columns:
            raise AccountlensError(
                f"'{use.fact}' is not kept by account, and you see some of the accounts only.",
                mend="Ask somebody who sees all of them.",
            )

    def ensure(self, use: FactUse) -> None:
        """Make a fact readable; `AccountlensError` where it cannot be narrowed."""
        with self.lock:
            if use.relation in self.made:
                return
            self.check(use)
            self.base.ensure(use)
            self._narrow(use.relation, self.catalog.facts[use.fact].columns)
            self.made.add(use.relation)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = super().cursor()
        cursor.execute(f"SET search_path = '{self.schema},main'")
        return cursor

    def close(self) -> None:
        """The base session is closed by whoever opened it."""

    def _begin(self, seen: frozenset[str]) -> None:
        import pyarrow as pa

        cursor = self.con.cursor()
        cursor.execute(f"CREATE SCHEMA {self.schema}")
        cursor.register("their_ids", pa.table({OWN: pa.array(sorted(seen), pa.string())}))
        cursor.execute(f"CREATE TABLE {self.schema}.{SEEN} AS SELECT * FROM their_ids")
        cursor.unregister("their_ids")

    def _narrow(self, name: str, columns: Mapping[str, str]) -> None:
        if condition := self._condition(name, columns):
            sql = f"SELECT *{self._covered(columns)} FROM main.{quoted(name)} WHERE {condition}"
            self.con.cursor().execute(f"CREATE VIEW {self.schema}.{quoted(name)} AS {sql}")

    def _covered(self, columns: Mapping[str, str]) -> str:
        """What stands in the place of accounts that a row names beside its own: nothing, where they are not seen."""
        seen = f"IN (SELECT {OWN} FROM {self.schema}.{SEEN})"
        covered = [f"CASE WHEN {one} {seen} THEN {one} END AS {one}" for one in ABOVE if one in columns]
        if {"attribute", "value"} <= columns.keys():
            listed = ", ".join(f"'{one}'" for one in ABOVE)
            covered.append(f"CASE WHEN attribute NOT IN ({listed}) OR value {seen} THEN value END AS value")
        return f" REPLACE ({', '.join(covered)})" if covered else ""

    def _condition(self, name: str, columns: Mapping[str, str]) -> str | None:
        """What holds for the rows of these accounts; None for rows that are nobody's."""
        seen = f"SELECT {OWN} FROM {self.schema}.{SEEN}"
        if OWN in columns:
            return f"{OWN} IN ({seen})"
        if name == MERGES:
            return f"survivor_id IN ({seen})"
        owner = self._owner(name)
        if owner is None:
            return None
        self.base.table(owner)
        key = self.catalog.entities[owner].key[0]
        return f"{key} IN (SELECT {key} FROM main.{quoted(owner)} WHERE {OWN} IN ({seen}))"

    def _owner(self, name: str) -> str | None:
        """The entity of an account that an entity's own key leads to, such as the ticket of a comment."""
        entity = self.catalog.entities.get(name)
        for column in entity.key or entity.columns if entity else ():
            for other, above in self.catalog.entities.items():
                if other != name and list(above.key) == [column] and OWN in above.columns:
                    return other
        return None


def _drop(con: duckdb.DuckDBPyConnection, lock: AbstractContextManager[bool], schema: str) -> None:
    """What was made for a session that nobody holds any more."""
    with lock, suppress(duckdb.Error):  # the base may be closed by now
        con.cursor().execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
