"""What changed in one table of a database since it was fetched last.

A table with a cursor is asked for rows whose cursor is at or after the greatest one kept, less some time, or unknown.
Its keys are read too, with their cursors: rows that are gone there go, and rows that are unknown here, or whose cursor
is another one, are asked for by key. So what was committed late is found, whatever its cursor says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import pyarrow as pa

from accountlens.errors import AccountlensError, suggest
from accountlens.sources.databases import Base, Misfit, TableSettings, Wanted
from accountlens.sources.kept import SCHEMA
from accountlens.sources.landed import Landed
from accountlens.sources.lookback import expect_fit, since
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

CAME, KEYS, MORE = "came", "keys", "more"  # schemas of what arrives
NEW, CHANGED, GONE = "new", "changed", "gone"  # of what is made of it; a row of `changed` had the `_row` `_was`
MOST_BY_KEY, AT_ONCE = 10_000, 200  # rows that are asked for by key: in all, and in one statement
AS_THEY_ARE = ("INT", "DECIMAL", "DOUBLE", "FLOAT", "BOOLEAN")  # types of values that no database wants in quotes


@dataclass
class Table:
    """One table of an open database, beside what is kept of it; `con` is from `kept.beside`."""

    con: duckdb.DuckDBPyConnection
    base: Base
    wanted: Wanted
    where: str
    shape: Mapping[str, str]

    @property
    def settings(self) -> TableSettings:
        return self.wanted.settings or TableSettings.model_validate({"name": self.wanted.shown})

    def place(self, schema: str) -> str:
        return f"{schema}.{quoted(self.wanted.table)}"

    @property
    def kept(self) -> str:
        return self.place(f"kept.{SCHEMA}")

    @cached_property
    def typed(self) -> pa.Schema:
        """What the columns are that are kept."""
        return self.con.sql(f"SELECT * EXCLUDE (_row, _file) FROM {self.kept} LIMIT 0").to_arrow_reader(1).schema

    @cached_property
    def types(self) -> dict[str, str]:
        return {row[0]: str(row[1]) for row in self.con.execute(f"DESCRIBE {self.kept}").fetchall()}

    @cached_property
    def key(self) -> list[str]:
        key = [self._column(name, "key") for name in self.settings.key]
        if not key and self.settings.mode == "changes":
            key = [self._column(name, "key") for name in self.base.primary_key(self.wanted)]
            if not key:
                what = f"{self.wanted.shown} has no primary key, so that a changed row can't be known again."
                raise AccountlensError(what, self.where, "Name what identifies a row: key: id, or key: [order, line].")
        return key

    @property
    def cursor(self) -> str | None:
        return self._column(self.settings.cursor, "cursor") if self.settings.cursor else None

    def _column(self, name: str, what: str) -> str:
        """A column as the database spells it."""
        found = next((one for one in self.shape if one and one.lower() == name.lower()), None)
        if found is None:
            near = suggest(name, filter(None, self.shape)) or f"There are: {', '.join(filter(None, self.shape))}."
            raise AccountlensError(f"There is no column '{name}' in {self.wanted.shown}, its {what}.", self.where, near)
        return found

    def whole(self) -> Landed:
        """All rows, in the schema `came`; each known by its key, where it has one."""
        landed = self.base.copy(self.con, CAME, self.wanted)
        if self.settings.is_incremental and self.key:
            self._expect_keys(self.place(CAME))
        if self.cursor:
            ((_, kind, *_),) = self.con.execute(
                f"DESCRIBE SELECT {quoted(self.cursor)} FROM {self.place(CAME)}"
            ).fetchall()
            expect_fit(self.cursor, kind, self.settings.lookback, self.where)
        return landed

    def changes(self) -> tuple[int, int]:
        """How many rows are new or others, now in the schema `changed`, and how many are to go, `_row` in `gone`.

        `Misfit` where the table must be read whole.
        """
        (self._append if self.settings.mode == "append" else self._exchange)()
        counts = f"SELECT (SELECT count(*) FROM {self.place(CHANGED)}), (SELECT count(*) FROM {self.place(GONE)})"
        ((changed, gone),) = self.con.execute(counts).fetchall()
        return changed, gone

    def _append(self) -> None:
        """Rows that stand behind the greatest cursor; where some are gone there, what is kept of these is exchanged."""
        new, kept = self.place(NEW), f"(FROM {self.kept} WHERE {self._later(self._since(), self._here)})"
        self._take_later()
        columns = ", ".join(map(quoted, self.typed.names))
        lost = f"SELECT 1 FROM (SELECT {columns} FROM {kept} EXCEPT ALL SELECT {columns} FROM {new}) LIMIT 1"
        if self.con.execute(lost).fetchall():
            self._make(GONE, f"SELECT _row FROM {kept}")
            self._make(CHANGED, f"SELECT *, NULL::BIGINT AS _was FROM {new}")
        else:
            self._make(GONE, "SELECT 0::BIGINT AS _row WHERE false")
            more = f"SELECT {columns} FROM {new} EXCEPT ALL SELECT {columns} FROM {kept}"
            self._make(CHANGED, f"SELECT *, NULL::BIGINT AS _was FROM ({more})")

    def _exchange(self) -> None:
        """Rows by their key: those that came, are others now, or are gone."""
        looks_at_keys = self.settings.deletes or not self.cursor
        if looks_at_keys:  # before the rows: one that comes in between is new, and not gone
            self._take_keys()
        self._take_later()
        if looks_at_keys:
            self._take_by_key()
        new = self.place(NEW)
        self._expect_keys(new)
        self._expect_types(new)
        unseen = f"NOT EXISTS (FROM {self.place(KEYS)} s WHERE {self._same('k', 's')})" if looks_at_keys else "false"
        self._make(
            GONE,
            f"SELECT k._row FROM {self.kept} k "
            f"WHERE {unseen} AND NOT EXISTS (FROM {new} n WHERE {self._same('k', 'n')})",
        )
        other = " OR ".join(f"n.{cell} IS DISTINCT FROM k.{cell}" for cell in map(quoted, self.typed.names))
        self._make(
            CHANGED,
            f"SELECT n.*, k._row AS _was FROM {new} n LEFT JOIN {self.kept} k ON {self._same('n', 'k')} "
            f"WHERE k._row IS NULL OR {other}",
        )

    def _take_later(self) -> None:
        """Rows at or after the greatest cursor that is kept, and those without one."""
        if self.cursor is None:
            self._make(NEW, f"SELECT * EXCLUDE (_row, _file) FROM {self.kept} LIMIT 0")
            return
        select = f"SELECT * FROM ({self.wanted.select}) t WHERE {self._later(self._since(), self._there)}"
        self.base.copy(self.con, CAME, replace(self.wanted, select=select, typed=self.typed))
        self._make(NEW, f"SELECT * EXCLUDE (_row, _file) FROM {self.place(CAME)}")

    def _take_keys(self) -> None:
        columns = list(dict.fromkeys([*self.key, *([self.cursor] if self.cursor else [])]))
        listed = ", ".join(map(self.base.quoted, columns))
        select = f"SELECT {listed} FROM ({self.wanted.select}) t"
        typed = pa.schema([self.typed.field(column) for column in columns])
        self.base.copy(self.con, KEYS, replace(self.wanted, select=select, typed=typed))

    def _take_by_key(self) -> None:
        """Rows that are unknown, or whose cursor is another one, and that have not come by their cursor."""
        missing = self._missing()
        if len(missing) > MOST_BY_KEY:
            raise Misfit
        for start in range(0, len(missing), AT_ONCE):
            some = " OR ".join(
                "(" + " AND ".join(map(self._equals, self.key, row)) + ")" for row in missing[start : start + AT_ONCE]
            )
            select = f"SELECT * FROM ({self.wanted.select}) t WHERE {some}"
            self.base.copy(self.con, MORE, replace(self.wanted, select=select, typed=self.typed))
            self.con.execute(f"INSERT INTO {self.place(NEW)} SELECT * EXCLUDE (_row, _file) FROM {self.place(MORE)}")
        if missing and self._missing():  # a key that is not found as it is written here
            raise Misfit

    def _missing(self) -> list[tuple[str, ...]]:
        listed = ", ".join(f"CAST(s.{quoted(name)} AS VARCHAR)" for name in self.key)
        other = f"OR k.{quoted(self.cursor)} IS DISTINCT FROM s.{quoted(self.cursor)}" if self.cursor else ""
        return self.con.execute(
            f"SELECT {listed} FROM {self.place(KEYS)} s LEFT JOIN {self.kept} k ON {self._same('s', 'k')} "
            f"WHERE (k._row IS NULL {other}) "
            f"AND NOT EXISTS (FROM {self.place(NEW)} n WHERE {self._same('s', 'n')}) LIMIT {MOST_BY_KEY + 1}"
        ).fetchall()

    def _since(self) -> str | None:
        assert self.cursor
        kind = self.types[self.cursor]
        return since(self.con, self.kept, self.cursor, kind, self.settings.lookback)

    def _later(self, least: str | None, sides: Callable[[str], tuple[str, str]]) -> str:
        """SQL: whether a row must be looked at again."""
        if least is None:
            return "1 = 1"
        cell, value = sides(least)
        return f"({cell} >= {value} OR {cell} IS NULL)"

    def _there(self, value: str) -> tuple[str, str]:
        """The cursor, and a value of it, in the database's SQL."""
        assert self.cursor
        return self.base.quoted(self.cursor), self._written(self.cursor, value)

    def _here(self, value: str) -> tuple[str, str]:
        assert self.cursor
        return quoted(self.cursor), f"CAST({literal(value)} AS {self.types[self.cursor]})"

    def _equals(self, column: str, value: str) -> str:
        return f"{self.base.quoted(column)} = {self._written(column, value)}"

    def _written(self, column: str, value: str) -> str:
        is_plain = any(kind in self.types[column] for kind in AS_THEY_ARE)
        return value if is_plain else self.base.literal(value)

    def _same(self, one: str, other: str) -> str:
        return " AND ".join(f"{one}.{quoted(name)} = {other}.{quoted(name)}" for name in self.key)

    def _make(self, schema: str, select: str) -> None:
        self.con.execute(f"CREATE OR REPLACE TABLE {self.place(schema)} AS {select}")

    def _expect_keys(self, relation: str) -> None:
        """An error where a key does not tell rows apart."""
        listed = ", ".join(map(quoted, self.key))
        unknown = " OR ".join(f"{quoted(name)} IS NULL" for name in self.key)
        for rows, what in (
            (f"SELECT {listed} FROM {relation} WHERE {unknown} LIMIT 1", "has a row without its key"),
            (f"SELECT {listed} FROM {relation} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1", "has two rows with"),
        ):
            for row in self.con.execute(rows).fetchall():
                told = ", ".join(
                    f"{name} = {'nothing' if value is None else value}"
                    for name, value in zip(self.key, row, strict=True)
                )
                mend = (
                    "Name under key what identifies a row, or leave cursor and key out: the table is read whole then."
                )
                raise AccountlensError(f"{self.wanted.shown} {what} {told}.", self.where, mend)

    def _expect_types(self, relation: str) -> None:
        """A column that was empty so far may be of any type, where types are those of values."""
        texts = [name for name in self.typed.names if self.types[name] == "VARCHAR"]
        if not self.base.guesses_types or not texts:
            return
        counts = ", ".join(f"count({quoted(name)})" for name in texts)
        (before,), (now,) = (
            self.con.execute(f"SELECT {counts} FROM {one}").fetchall() for one in (self.kept, relation)
        )
        if any(count and not was for was, count in zip(before, now, strict=True)):
            raise Misfit
