"""The raw tables of a warehouse: which entities read them, which of them stay there, and the others brought here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import AccountlensError
from accountlens.language.tables import Entity
from accountlens.refresh.bench import Progress
from accountlens.refresh.remote.place import Remote, relation
from accountlens.sources.landed import Landed
from accountlens.sources.mapping_sql import read_mapping, tables_read
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted
from accountlens.warehouses.kinds import UNREAD, kind_of

SOURCE = "warehouse"  # the source that mappings name its tables by
_ROWS = "_remote_rows"


@dataclass(frozen=True)
class Raw:
    """Table → column → DuckDB's name of its type; table → the entities that read it, and those whose rows stay."""

    columns: Mapping[str, Mapping[str, str]]
    readers: Mapping[str, frozenset[str]]
    staying: frozenset[str]  # entities

    def stays(self, table: str) -> bool:
        """Whether its rows are not to come here: they stay, or nobody reads them."""
        return self.readers[table] <= self.staying


def raw_tables(remote: Remote, folder: Path, settings: Settings, entities: Mapping[str, Entity]) -> Raw:
    """Look at what is there. A table that is read by an entity that stays and by one that does not is an error."""
    if SOURCE in settings.sources:
        mend = "Give it another name: mappings call the warehouse's tables so."
        raise AccountlensError(f"There is a source called '{SOURCE}'.", FILE_NAME, mend)
    told = remote.connection.tables(remote.raw)
    if not told:
        what = f"The schema '{remote.raw}' has no table that this user may read."
        raise AccountlensError(what, f"{FILE_NAME}, warehouse", "Name another one: warehouse: {url: ..., raw: schema}.")
    columns = {
        table: {name: kind_of(remote.engine, kind) for name, kind in columns.items()} for table, columns in told.items()
    }
    readers = {table: frozenset(_readers(table, folder, settings, entities)) for table in columns}
    staying = frozenset(name for names in readers.values() for name in names if entities[name].large)
    for table, names in readers.items():
        if names & staying and names - staying:
            here, there = (" and ".join(sorted(some)) for some in (names - staying, names & staying))
            what = f"{SOURCE}.{table} is read for {there}, whose rows stay in the warehouse, and for {here}."
            raise AccountlensError(what, FILE_NAME, f"Make a view of it there for {here}, and map that.")
    return Raw(columns, readers, staying)


def _readers(table: str, folder: Path, settings: Settings, entities: Mapping[str, Entity]) -> Iterator[str]:
    """By a file of SQL, by a map of the settings, or by its name where the entity has neither."""
    files = {path.stem: path for path in (folder / "entities").glob("*.sql") if path.stem in entities}
    for name, path in files.items():
        if tables_read(read_mapping(path, f"entities/{path.name}"), [(SOURCE, table)]):
            yield name
    maps = {name: told.source for name, told in settings.entities.items() if name in entities and name not in files}
    for name, source in maps.items():
        if source.lower() in (table.lower(), f"{SOURCE}.{table}".lower()):
            yield name
    if table.lower() in entities and table.lower() not in (*files, *maps):
        yield table.lower()


def land_raw(con: duckdb.DuckDBPyConnection, remote: Remote, raw: Raw, tell: Progress) -> list[Landed]:
    """The tables as those of a source: rows of small ones, and columns alone of what stays there."""
    con.execute(f"CREATE SCHEMA {quoted(SOURCE)}")
    landed = []
    for place, (table, columns) in enumerate(raw.columns.items()):
        read = {name: kind for name, kind in columns.items() if kind != UNREAD}
        stays = raw.stays(table) or not read
        if not stays:
            tell(f"reading {SOURCE}.{table}", place, len(raw.columns))
        rows = _columns_alone(con, table, read) if stays else _rows(con, remote, table, read)
        left_out = [name for name in columns if name not in read] if raw.readers[table] else []
        landed.append(Landed(SOURCE, table, rows, (), table, tuple(_notes(left_out)), offered=not raw.readers[table]))
    return landed


def _columns_alone(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> int:
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE TABLE {relation(SOURCE, table)} ({listed}{', ' if listed else ''}_file VARCHAR, _row BIGINT)")
    return 0


def _rows(con: duckdb.DuckDBPyConnection, remote: Remote, table: str, columns: Iterable[str]) -> int:
    """A warehouse gives rows in no order: they are numbered by what they say, so that it is always the same one."""
    listed = ", ".join(map(quoted, columns))
    found = remote.arrow(f"SELECT {listed} FROM {relation(remote.raw, table)}")
    con.register(_ROWS, found)
    con.execute(
        f"CREATE TABLE {relation(SOURCE, table)} AS SELECT *, {literal(table)} AS _file, "
        f"row_number() OVER (ORDER BY {listed}) AS _row FROM {_ROWS}"
    )
    con.unregister(_ROWS)
    return int(found.num_rows)


def _notes(left_out: list[str]) -> Iterator[str]:
    if left_out:
        yield f"Columns of a type that is not read are left out: {', '.join(left_out)}."
