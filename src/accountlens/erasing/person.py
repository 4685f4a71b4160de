"""Who is meant: every id, e-mail and name under which the kept snapshots know one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from accountlens.accounts.erased import MARK, PEOPLE, parent_columns, person_columns, tokens
from accountlens.language.tables import Entity
from accountlens.store import QUARANTINE, Store, TableVersion
from accountlens.warehouses.expand import literal, quoted

NAME_LETTERS = 5  # shorter names are words that mean something else too


@dataclass
class Person:
    """`ids` by entity (contacts, leads), e-mails in small letters; `parents` are rows about them, such as tickets."""

    ids: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in PEOPLE})
    emails: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    parents: dict[str, set[str]] = field(default_factory=dict)
    aside: bool = False  # a quarantined row names them

    @property
    def known(self) -> bool:
        return self.aside or any(self.ids.values())

    @property
    def words(self) -> set[str]:
        """Ids and e-mails, as they stand in rows that could not be read."""
        return {*self.emails, *(one for ids in self.ids.values() for one in ids)}

    def plain_names(self) -> list[str]:
        """Names that can hardly mean anything else, the longest first."""
        found = (name for name in self.names if " " in name and len(name) >= NAME_LETTERS)
        return sorted(found, key=lambda name: (-len(name), name))


def find_person(con: duckdb.DuckDBPyConnection, store: Store, entities: Mapping[str, Entity], who: str) -> Person:
    """The person of this contact id, lead id or e-mail in any kept snapshot; records with one e-mail are one person."""
    person = Person()
    given = who.strip()
    if "@" in given:
        person.emails.add(given.lower())
    wanted = {kind: {given} for kind in PEOPLE}
    size = -1
    while size != (size := len(person.words)):
        for kind in PEOPLE:
            for version in versions(store, kind):
                _collect(con, store, person, kind, version, wanted[kind])
    person.aside = any(_is_aside(con, store, version, person, given) for version in versions(store, QUARANTINE))
    for name in sorted({target for one in entities.values() for target in parent_columns(one, entities).values()}):
        person.parents[name] = _about(con, store, entities[name], person)
    return person


def versions(store: Store, table: str) -> list[TableVersion]:
    """The different versions of a table that kept snapshots have."""
    found = {one.tables[table].files: one.tables[table] for one in store.snapshots() if table in one.tables}
    return list(found.values())


def _collect(
    con: duckdb.DuckDBPyConnection, store: Store, person: Person, kind: str, version: TableVersion, given: set[str]
) -> None:
    names = [name for name, _ in version.columns]
    key = "contact_id" if kind == "contacts" else "lead_id"
    ids = {*given, *person.ids[kind]}
    tests = [_among(key, ids)]
    if "email" in names and person.emails:
        tests.append(_among("lower(trim(email))", person.emails))
    if kind == "leads" and "contact_id" in names and person.ids["contacts"]:
        tests.append(_among("contact_id", person.ids["contacts"]))
    wanted = [key, *(name if name in names else "NULL" for name in ("email", "name", "contact_id"))]
    sql = f"SELECT {', '.join(wanted)} FROM ({store.relation_sql(version)}) WHERE {' OR '.join(tests)}"
    for id_, email, name, contact in con.execute(sql).fetchall():
        person.ids[kind] |= _real(id_)
        person.ids["contacts"] |= _real(contact)
        person.emails |= {one.strip().lower() for one in _real(email)}
        person.names |= _real(name)


def _is_aside(con: duckdb.DuckDBPyConnection, store: Store, version: TableVersion, person: Person, given: str) -> bool:
    named = aside_test(person.words | {given})
    sql = f"SELECT count(*) FROM ({store.relation_sql(version)}) WHERE {named}"
    return con.execute(sql).fetchall() != [(0,)]


def aside_test(words: Iterable[str]) -> str:
    """SQL: whether a quarantined row names somebody by one of these."""
    listed = ", ".join(map(literal, sorted({*words, *map(str.lower, words)})))
    return f"list_has_any({tokens('content')}, [{listed}])"


def _about(con: duckdb.DuckDBPyConnection, store: Store, parent: Entity, person: Person) -> set[str]:
    found: set[str] = set()
    for version in versions(store, parent.name):
        for column, kind in person_columns(parent, [name for name, _ in version.columns]).items():
            if person.ids[kind]:
                sql = f"SELECT {quoted(parent.key[0])} FROM ({store.relation_sql(version)}) "
                rows = con.execute(sql + f"WHERE {_among(quoted(column), person.ids[kind])}").fetchall()
                found |= {row[0] for row in rows}
    return found


def _among(value: str, ids: Iterable[str]) -> str:
    return f"{value} IN ({', '.join(map(literal, sorted(ids)))})"


def _real(value: Any) -> set[str]:
    """A value that is given, and no pseudonym of an earlier erasure."""
    return {value} if isinstance(value, str) and value and not value.startswith(MARK) else set()
