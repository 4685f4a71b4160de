"""Persons who were erased and come again from a source: their keys become pseudonyms, their fields are emptied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb

from accountlens.accounts.clues import EMAILS, spelled
from accountlens.language.tables import Entity
from accountlens.warehouses.expand import literal, quoted

SCHEMA = "_erased"
HASHES = f"{SCHEMA}.hashes"  # kind, hash, salt: what the app state remembers
PEOPLE = ("contacts", "leads")  # entities whose rows are people
MARK = "erased-"
HOST = "@erased.invalid"
GONE = '{"erased": true}'  # what is left of a quarantined row
BETWEEN = r'[,;|\t"{}\n]'  # what parts the values of a row that could not be read
DIGITS = 16  # of a hash in a pseudonym


def tell(con: duckdb.DuckDBPyConnection, salt: str, hashes: Mapping[str, Iterable[str]]) -> None:
    """Make known to a refresh who was erased; without anybody nothing is made, and nothing costs."""
    rows = [(kind, one, salt) for kind, ones in hashes.items() for one in sorted(ones)]
    if rows:
        con.execute(f"CREATE SCHEMA {SCHEMA}; CREATE TABLE {HASHES} (kind VARCHAR, hash VARCHAR, salt VARCHAR)")
        con.executemany(f"INSERT INTO {HASHES} VALUES (?, ?, ?)", rows)


def hashed(value: str, salt: str) -> str:
    """SQL of the hash of a text, as `store.erasures.digest` makes it."""
    return f"sha256({literal(salt + ':')} || {value})"


def pseudonym(value: str, salt: str) -> str:
    """SQL of what stands for an id."""
    return f"'{MARK}' || left({hashed(value, salt)}, {DIGITS})"


def mail_pseudonym(value: str, salt: str) -> str:
    """SQL of what stands for an e-mail: the same for the same one."""
    return f"'{MARK}' || left({hashed(f'lower(trim({value}))', salt)}, {DIGITS}) || '{HOST}'"


def person_columns(entity: Entity, columns: Iterable[str]) -> dict[str, str]:
    """The columns that say which person a row is about → the entity of people they point to."""
    own = {entity.key[0]: entity.name} if entity.name in PEOPLE and len(entity.key) == 1 else {}
    told = {column.name: column.references for column in entity.columns.values() if column.references in PEOPLE}
    return {name: kind for name, kind in {**told, **own}.items() if name in columns and kind}


def parent_columns(entity: Entity, entities: Mapping[str, Entity]) -> dict[str, str]:
    """Of rows that name no person: columns pointing to rows that do, such as the ticket of a comment → its entity."""
    if entity.name in PEOPLE or person_columns(entity, entity.columns):
        return {}
    return {
        column.name: column.references
        for column in entity.columns.values()
        if column.references and _is_parent(entities.get(column.references))
    }


def _is_parent(entity: Entity | None) -> bool:
    about = entity is not None and entity.name not in PEOPLE and len(entity.key) == 1
    return bool(about and entity and person_columns(entity, entity.columns))


class Erased:
    """Erases from the rows of each entity of one refresh. `keys` comes before accounts are found, `fields` after."""

    def __init__(self, con: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity]) -> None:
        self.con, self.entities = con, entities
        place = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1"
        self.active = bool(con.execute(place, [SCHEMA]).fetchall())
        self.salt = ""
        if self.active:
            ((self.salt,),) = con.execute(f"SELECT max(salt) FROM {HASHES}").fetchall()
            for kind in PEOPLE:
                con.execute(f"CREATE TABLE IF NOT EXISTS {_known(kind)} (id VARCHAR, pseudonym VARCHAR)")

    def keys(self, entity: Entity, rows: str, columns: Sequence[str]) -> str:
        """The rows with pseudonyms for the ids of erased persons; they lead to the same accounts as the ids did."""
        about = person_columns(entity, columns) if self.active else {}
        if not about:
            return rows
        for column, kind in about.items():
            self._learn(entity, rows, columns, column, kind)
        named = ", ".join(
            f"coalesce(p{place}.pseudonym, r.{quoted(column)}) AS {quoted(column)}"
            for place, column in enumerate(about)
        )
        joins = "".join(
            f"\nLEFT JOIN {_known(kind)} p{place} ON p{place}.id = r.{quoted(column)}"
            for place, (column, kind) in enumerate(about.items())
        )
        return f"SELECT r.* REPLACE ({named})\nFROM ({rows}) r{joins}"

    def mail(self, value: str) -> str:
        """SQL of an e-mail in small letters; the pseudonym of an erased person's."""
        plain = f"lower(trim({value}))"
        if not self.active:
            return plain
        return f"CASE WHEN {self._is_erased_mail(value)} THEN {mail_pseudonym(value, self.salt)} ELSE {plain} END"

    def _is_erased_mail(self, value: str) -> str:
        return f"{hashed(f'lower(trim({value}))', self.salt)} IN (SELECT hash FROM {HASHES} WHERE kind = 'email')"

    def _learn(self, entity: Entity, rows: str, columns: Sequence[str], column: str, kind: str) -> None:
        """Which ids of a column are those of erased persons."""
        name = quoted(column)
        tests = [f"{hashed(name, self.salt)} IN (SELECT hash FROM {HASHES} WHERE kind = '{kind}')"]
        if entity.name == kind:
            if "email" in columns:
                tests.append(self._is_erased_mail("email"))
            if kind == "leads" and "contact_id" in columns:
                contact = hashed("contact_id", self.salt)
                tests.append(f"{contact} IN (SELECT hash FROM {HASHES} WHERE kind = 'contacts')")
        self.con.execute(
            f"INSERT INTO {_known(kind)} SELECT DISTINCT {name}, {pseudonym(name, self.salt)} FROM ({rows}) "
            f"WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT id FROM {_known(kind)}) AND ({' OR '.join(tests)})"
        )

    def fields(self, entity: Entity, rows: str, columns: Sequence[str]) -> str:
        """The rows with the personal fields of erased persons emptied, and all that their source added."""
        if not self.active or not set(entity.columns) <= set(columns):
            return rows  # (rows of a few columns are looked up only, not kept)
        about = [
            f"r.{quoted(column)} IN (SELECT pseudonym FROM {_known(kind)})"
            for column, kind in person_columns(entity, columns).items()
        ]
        for column, parent in parent_columns(entity, self.entities).items():
            known = f"SELECT hash FROM {HASHES} WHERE kind = {literal(parent)}"
            about.append(f"{hashed(f'r.{quoted(column)}', self.salt)} IN ({known})")
        values = {name: f"r.{quoted(name)}" for name in columns}
        if entity.name not in PEOPLE:  # who is no contact may have written mails all the same
            values |= {name: self._without_mail(name) for name in spelled(EMAILS, columns)}
        if about:
            emptied = emptied_columns(entity, columns, self.salt, "r.")
            test = " OR ".join(about)
            values |= {name: f"CASE WHEN {test} THEN {gone} ELSE {values[name]} END" for name, gone in emptied.items()}
        listed = [f"{sql} AS {quoted(name)}" for name, sql in values.items() if sql != f"r.{quoted(name)}"]
        return f"SELECT r.* REPLACE ({', '.join(listed)})\nFROM ({rows}) r" if listed else rows

    def _without_mail(self, name: str) -> str:
        value = f"r.{quoted(name)}"
        test = self._is_erased_mail(f"CAST({value} AS VARCHAR)")
        return f"CASE WHEN {test} THEN {mail_pseudonym(value, self.salt)} ELSE {value} END"

    def aside(self, quarantine: str) -> str:
        """The quarantine with nothing left of rows that name an erased person."""
        if not self.active:
            return f"SELECT * FROM {quarantine}"
        named = (
            f"list_has_any(list_transform({tokens('content')}, lambda t: {hashed('t', self.salt)}), "
            f"(SELECT list(hash) FROM {HASHES}))"
        )
        return f"SELECT * REPLACE (CASE WHEN {named} THEN '{GONE}' ELSE content END AS content) FROM {quarantine}"


def emptied_columns(entity: Entity, columns: Iterable[str], salt: str, row: str = "") -> dict[str, str]:
    """Column → SQL of what it holds in a row about an erased person: personal ones, and those of the source alone."""
    found = {}
    for name in columns:
        column = entity.columns.get(name)
        made = name.endswith("_given") or name in ("currency", "account_id", "ultimate_parent_id")
        if column is None and not made:
            found[name] = "NULL"
        elif column is not None and column.personal:
            kept = column.personal == "pseudonym"
            found[name] = mail_pseudonym(f"{row}{quoted(name)}", salt) if kept else "NULL"
    return found


def tokens(content: str) -> str:
    """SQL of the values in a quarantined row, as given and in small letters, without blanks and colons around them."""
    parts = f"regexp_split_to_array({content}, {literal(BETWEEN)})"
    plain = f"list_transform({parts}, lambda t: trim(t, ' :'))"
    return f"list_concat({plain}, list_transform({plain}, lambda t: lower(t)))"


def _known(kind: str) -> str:
    return f"{SCHEMA}.{quoted(kind)}"
