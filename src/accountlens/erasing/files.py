"""Data files without a person: each that names them is written anew, row by row in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from accountlens.accounts.erased import (
    DIGITS,
    GONE,
    HOST,
    MARK,
    emptied_columns,
    mail_pseudonym,
    parent_columns,
    person_columns,
    pseudonym,
)
from accountlens.catalog.catalog import Catalog
from accountlens.erasing.person import Person, aside_test
from accountlens.store import QUARANTINE
from accountlens.store.erasures import digest
from accountlens.store.parquet_files import COMPRESSION, ROW_GROUP_ROWS, DataFile, to_disk
from accountlens.warehouses.expand import literal, quoted

BY_NAME = {"contact_id": "contacts", "lead_id": "leads"}  # of tables that are no entities


@dataclass(frozen=True)
class Change:
    """What is to be done to the files of a table: rows that it concerns, and columns with other values."""

    test: str
    values: Mapping[str, str]


class Eraser:
    """Knows what of each table is the person's. `catalog` is that of the definitions, without a snapshot's columns."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, catalog: Catalog, person: Person, salt: str, extra: set[str]
    ) -> None:
        self.con, self.catalog, self.person, self.salt, self.extra = con, catalog, person, salt, extra
        self.declared = {name for entity in catalog.entities.values() for name in entity.columns}
        self.mails = {mail: f"{MARK}{digest(salt, mail)[:DIGITS]}{HOST}" for mail in sorted(person.emails)}

    def rewrite(self, file: Path, table: str) -> DataFile | None:
        """The file without the person, beside the old one; None where it does not name them."""
        columns = self._columns(file)
        change = self.change(table, columns)
        reading = f"read_parquet({literal(_plain(file))}, hive_partitioning = false)"
        if self.con.execute(f"SELECT count(*) FROM {reading} WHERE {change.test}").fetchall() == [(0,)]:
            return None
        listed = ", ".join(f"{change.values.get(name, quoted(name))} AS {quoted(name)}" for name in columns)
        schema: pa.Schema = pq.read_schema(file)
        path = file.with_name(f"{uuid4().hex}.parquet")
        rows = 0
        with pq.ParquetWriter(path, schema, compression=COMPRESSION) as writer:
            for batch in self.con.sql(f"SELECT {listed} FROM {reading}").to_arrow_reader(ROW_GROUP_ROWS):
                writer.write_batch(batch.cast(schema))
                rows += batch.num_rows
        to_disk(path)
        return DataFile(path.name, rows, path.stat().st_size, ())

    def names(self, file: Path, table: str) -> bool:
        """Whether a file still names the person."""
        change = self.change(table, self._columns(file))
        reading = f"read_parquet({literal(_plain(file))}, hive_partitioning = false)"
        return self.con.execute(f"SELECT count(*) FROM {reading} WHERE {change.test}").fetchall() != [(0,)]

    def _columns(self, file: Path) -> dict[str, str]:
        reading = f"read_parquet({literal(_plain(file))}, hive_partitioning = false)"
        return {row[0]: str(row[1]) for row in self.con.execute(f"DESCRIBE SELECT * FROM {reading}").fetchall()}

    def change(self, table: str, columns: Mapping[str, str]) -> Change:
        about, emptied = self._about(table, columns), self._emptied(table, columns)
        texts = [name for name, kind in columns.items() if kind == "VARCHAR"]
        values = {name: value for name in texts if (value := self._text(table, name)) != quoted(name)}
        if about:
            for name, value in emptied.items():
                values[name] = f"CASE WHEN {about} THEN {value} ELSE {values.get(name, quoted(name))} END"
        tests = [about] if about else []
        whole = f"lower(concat_ws(chr(10), {', '.join(map(quoted, texts))}))" if texts else "''"
        tests += [f"contains({whole}, {literal(mail)})" for mail in self.mails]
        for name in texts:
            if self._is_made(table, name):
                tests += [test for test, _ in self._made_of(name)]
        if table == QUARANTINE:
            tests.append(aside_test(self.person.words))
            values["content"] = f"CASE WHEN {aside_test(self.person.words)} THEN '{GONE}' ELSE content END"
        return Change(" OR ".join(tests) or "FALSE", values)

    def _about(self, table: str, columns: Mapping[str, str]) -> str:
        """SQL: whether a row is about the person; empty where no row of the table can be."""
        tests = list(self._links(table, columns))
        entity = self.catalog.entities.get(table)
        if table in self.person.ids and "email" in columns and self.mails:
            tests.append(f"lower(trim(email)) IN ({', '.join(map(literal, self.mails))})")
        for column, parent in (parent_columns(entity, self.catalog.entities) if entity else {}).items():
            if ids := self.person.parents.get(parent):
                among = f"{quoted(column)} IN ({', '.join(map(literal, sorted(ids)))})"
                filled = [f"{quoted(name)} IS NOT NULL" for name in self._emptied(table, columns)]
                tests += [f"({among} AND ({' OR '.join(filled)}))"] if filled else []
        return f"({' OR '.join(tests)})" if tests else ""

    def _links(self, table: str, columns: Mapping[str, str]) -> Iterator[str]:
        for column, kind in self._people(table, columns).items():
            if ids := self.person.ids[kind]:
                yield f"{quoted(column)} IN ({', '.join(map(literal, sorted(ids)))})"

    def _people(self, table: str, columns: Mapping[str, str]) -> dict[str, str]:
        entity = self.catalog.entities.get(table)
        if entity is not None:
            return person_columns(entity, columns)
        return {name: kind for name, kind in BY_NAME.items() if columns.get(name) == "VARCHAR"}

    def _text(self, table: str, name: str) -> str:
        """SQL of a text without the person's ids, where it holds ids, and without their e-mail anywhere."""
        value, column = quoted(name), quoted(name)
        for mail, other in self.mails.items():
            pattern = literal(rf"(^|[^A-Za-z0-9._%+-]){re.escape(mail)}($|[^A-Za-z0-9.-]|\.(?:[^A-Za-z0-9]|$))")
            kept, twice = literal(r"\1" + other + r"\2"), value
            for _ in range(2):  # two that touch share the sign between them
                twice = f"regexp_replace({twice}, {pattern}, {kept}, 'gi')"
            value = f"CASE WHEN contains(lower({column}), {literal(mail)}) THEN {twice} ELSE {value} END"
        kind = self._people(table, {name: "VARCHAR"}).get(name)
        if kind and self.person.ids[kind]:
            ids = ", ".join(map(literal, sorted(self.person.ids[kind])))
            value = f"CASE WHEN {column} IN ({ids}) THEN {pseudonym(column, self.salt)} ELSE {value} END"
        if self._is_made(table, name) and (cases := self._made_of(name)):
            whens = " ".join(f"WHEN {test} THEN {other}" for test, other in cases)
            value = f"CASE {whens} ELSE {value} END"
        return value

    def _is_made(self, table: str, name: str) -> bool:
        """Whether a text of a derived table is one that only that table has: it may be made of an id."""
        return table not in self.catalog.entities and table != QUARANTINE and name not in self.declared

    def _made_of(self, name: str) -> list[tuple[str, str]]:
        """Tests of a text that is the person's id, or ends with it (`contact C1`), and what it becomes."""
        column, found = quoted(name), list[tuple[str, str]]()
        for one in sorted(one for ids in self.person.ids.values() for one in ids):
            other = f"{MARK}{digest(self.salt, one)[:DIGITS]}"
            found.append((f"{column} = {literal(one)}", literal(other)))
            end = literal(f" {one}")
            found.append((f"ends_with({column}, {end})", f"left({column}, length({column}) - {len(one)}) || '{other}'"))
        return found

    def _emptied(self, table: str, columns: Mapping[str, str]) -> dict[str, str]:
        entity = self.catalog.entities.get(table)
        if entity is not None:
            own = {name for name in columns if name in entity.columns or name in self.extra}
            return emptied_columns(entity, own, self.salt)
        fact = self.catalog.facts.get(table)
        computed = set(fact.columns) if fact else set()
        found = {name: "NULL" for name in columns if name in self.extra and name not in computed}
        for other in self.catalog.entities.values():
            for column in other.columns.values():
                if column.personal and column.name in columns:
                    kept = column.personal == "pseudonym"
                    found[column.name] = mail_pseudonym(quoted(column.name), self.salt) if kept else "NULL"
        return found


def _plain(file: Path) -> str:
    """A path that DuckDB takes for no pattern."""
    return re.sub(r"([\[*?])", r"[\1]", file.as_posix())
