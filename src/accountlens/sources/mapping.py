"""Where the rows of each entity come from: an SQL file, a column map, or a table of its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import duckdb

from accountlens.catalog.document import Document
from accountlens.catalog.entity_files import made_columns
from accountlens.catalog.settings import FILE_NAME, EntitySettings, Settings
from accountlens.catalog.yamlfile import read_yaml_file
from accountlens.errors import Problem, ProblemsError, suggest
from accountlens.language.tables import Entity
from accountlens.sources.landed import FaultyRow, Landed
from accountlens.sources.mapping_sql import read_mapping, run_mapping, tables_read
from accountlens.sources.naming import OWN_COLUMNS, literal, snake_case
from accountlens.sources.own_records import SOURCE as WORKSPACE
from accountlens.warehouses.expand import quoted

TableName = tuple[str, str]  # source, table
OWN = ("_part", "_source", "_reason", "_content", "_wrong", "_currency", "_day", "_place")  # of staging itself


@dataclass(frozen=True)
class Origin:
    """One relation that gives rows to an entity, and which of its columns is which."""

    shown: str  # how people know it: `crm.deals`, `entities/opportunities.sql`
    relation: str  # SQL
    source: str  # SQL of the text that names a row's source
    types: Mapping[str, str]  # column of the relation → DuckDB type, `_row` and `_file` left out
    columns: Mapping[str, str]  # column of the entity, or an extra one → column of the relation


@dataclass
class Mapped:
    """All origins, in load order. An entity without any has no source: it is unknown, not empty."""

    origins: dict[str, list[Origin]] = field(default_factory=dict)
    faulty: dict[str, list[tuple[str, FaultyRow]]] = field(default_factory=dict)  # with the name of its file
    warnings: list[Problem] = field(default_factory=list)
    sql: dict[str, str] = field(default_factory=dict)  # entity → text of its mapping file
    readers: dict[TableName, list[str]] = field(default_factory=dict)  # table → entities that read it, in order


def map_entities(
    con: duckdb.DuckDBPyConnection,
    entities: Mapping[str, Entity],
    settings: Settings,
    folder: Path,
    landed: Sequence[Landed],
) -> Mapped:
    """The origins of every entity that has any; `ProblemsError` with everything that is wrong."""
    finder = _Finder(con, entities, settings, folder, landed)
    finder.take_files()
    finder.take_maps()
    finder.take_names()
    finder.take_own()
    finder.check_columns()
    finder.assign_faulty()
    found = finder.mapped
    found.readers = finder.readers
    found.warnings += sorted([*finder.unused(), *finder.notes()])
    if errors := [problem for problem in found.warnings if problem.severity == "error"]:
        raise ProblemsError([_explained(problem, landed) for problem in errors])
    return found


def _explained(problem: Problem, landed: Sequence[Landed]) -> Problem:
    """A column that is missing because its source gives it no longer."""
    for item in landed:
        for column in item.gone:
            if any(f"{mark}{column}{mark}" in problem.what for mark in "\"'"):
                why = f"{item.source}.{item.table} gives {column} no longer: it was deleted there, or may not be read."
                return replace(problem, mend=f"{why} Correct the mapping, or have it given again.")
    return problem


class _Finder:
    """One mapping in the making: what is landed, what was found, who reads which table."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        entities: Mapping[str, Entity],
        settings: Settings,
        folder: Path,
        landed: Sequence[Landed],
    ) -> None:
        self.con, self.entities, self.settings, self.folder = con, entities, settings, folder
        self.landed = [item for item in landed if item.source != WORKSPACE]
        self.own = [item for item in landed if item.source == WORKSPACE]  # loaded last: it wins over the sources
        self.mapped = Mapped()
        self.readers: dict[TableName, list[str]] = {(item.source, item.table): [] for item in self.landed}

    @cached_property
    def document(self) -> Document:
        """The settings with their lines."""
        return read_yaml_file(self.folder / FILE_NAME, FILE_NAME)[0]

    def take_files(self) -> None:
        """`entities/<entity>.sql`."""
        for path in sorted((self.folder / "entities").glob("*.sql")):
            shown, entity = f"entities/{path.name}", path.stem
            if entity not in self.entities:
                near = suggest(entity, self.entities) or "Name the file after an entity."
                self.wrong(Problem(shown, 1, f"There is no entity '{entity}'.", near))
                continue
            try:
                self.mapped.origins[entity] = [self.by_file(path, shown, entity)]
            except ProblemsError as error:
                self.mapped.origins[entity] = []
                self.mapped.warnings += error.problems

    def by_file(self, path: Path, shown: str, entity: str) -> Origin:
        text = read_mapping(path, shown)
        relation = run_mapping(self.con, entity, text, shown, self.readers)
        for table in tables_read(text, self.readers):
            self.readers[table].append(entity)
        self.mapped.sql[entity] = text
        types = self.types(relation)
        return Origin(shown, relation, literal(shown), types, _named(self.entities[entity], types, {}))

    def take_maps(self) -> None:
        """`entities:` of the settings."""
        for entity, told in self.settings.entities.items():
            path = ("entities", entity)
            if entity not in self.entities:
                what, near = f"There is no entity '{entity}'.", suggest(entity, self.entities)
                self.wrong(self.document.problem(path, what, near))
            elif entity in self.mapped.origins:
                what = f"This map is not used: entities/{entity}.sql stands for it."
                self.wrong(self.document.problem(path, what, severity="warning"))
            else:
                self.mapped.origins[entity] = self.by_map(entity, told)

    def by_map(self, entity: str, told: EntitySettings) -> list[Origin]:
        path = ("entities", entity)
        table = self.table(told.source)
        if table is None:
            near = suggest(told.source, map(".".join, self.readers)) or self.known_tables()
            self.wrong(self.document.problem((*path, "from"), f"There is no table '{told.source}'.", near))
            return []
        self.readers[table].append(entity)
        types = self.types(_relation(table))
        chosen: dict[str, str] = {}
        for target, column in told.columns.items():
            found = next((name for name in types if name.lower() == column.lower()), None)
            if found is None:
                near = suggest(column, types) or f"It has: {', '.join(types) or 'no columns'}."
                what = f"{'.'.join(table)} has no column '{column}'."
                self.wrong(self.document.problem((*path, "columns", target), what, near))
            else:
                chosen[self.target(entity, target)] = found
        for column in _displaced(types, chosen):
            what = f"The column '{column}' of {'.'.join(table)} is left out: the map names another one so."
            self.wrong(self.document.problem((*path, "columns", column.lower()), what, severity="warning"))
        return [_of_table(table, types, _named(self.entities[entity], types, chosen))]

    def target(self, entity: str, name: str) -> str:
        """The entity's column as it spells it; another name becomes an extra column."""
        known, path = self.entities[entity], ("entities", entity, "columns", name)
        if name.lower() in known.columns:
            return name.lower()
        if _reserved(known, [name]):
            self.wrong(self.document.problem(path, f"A refresh makes the column '{name}'; no source can give it."))
        elif near := get_close_matches(name.lower(), known.columns, n=1, cutoff=0.85):
            what, mend = f"'{name}' is no column of {entity}; it is kept as one more.", f"Did you mean '{near[0]}'?"
            self.wrong(self.document.problem(path, what, mend, severity="warning"))
        return name

    def take_names(self) -> None:
        """Landed tables that are named like an entity; one that a mapping reads has to be like it, too."""
        done = set(self.mapped.origins)
        for table, readers in self.readers.items():
            entity = table[1].lower()
            if entity in self.entities and entity not in done:
                types = self.types(_relation(table))
                columns = _named(self.entities[entity], types, {})
                if readers and self.lacking(entity, columns):
                    continue
                readers.append(entity)
                self.mapped.origins.setdefault(entity, []).append(_of_table(table, types, columns))

    def lacking(self, entity: str, columns: Mapping[str, str]) -> list[str]:
        """Columns that an entity must have."""
        return [one.name for one in self.entities[entity].columns.values() if one.required and one.name not in columns]

    def take_own(self) -> None:
        """Lists and tiers that the workspace keeps, beside what the sources give."""
        for entity in dict.fromkeys(item.table for item in self.own):
            relation = _relation((WORKSPACE, entity))
            types = self.types(relation)
            origin = Origin(WORKSPACE, relation, "_file", types, _named(self.entities[entity], types, {}))
            self.mapped.origins.setdefault(entity, []).append(origin)
        for item in self.own:
            self.mapped.faulty.setdefault(item.table, []).extend((item.file, row) for row in item.faulty)

    def check_columns(self) -> None:
        for entity, origins in self.mapped.origins.items():
            for origin in origins:
                for name in _reserved(self.entities[entity], origin.types):
                    what = f"The column '{name}' is left out: a refresh makes one of that name."
                    self.wrong(Problem(origin.shown, 0, what, "Rename it to keep it.", "warning"))
                for column in self.entities[entity].columns.values():
                    if column.required and column.name not in origin.columns:
                        self.wrong(_missing(entity, column.name, origin))

    def assign_faulty(self) -> None:
        """Lines that could not be split count for the first entity that reads their table."""
        for item in self.landed:
            for entity in self.readers[item.source, item.table][:1]:
                rows = self.mapped.faulty.setdefault(entity, [])
                rows += [(f"{item.source}/{item.file}", row) for row in item.faulty]

    def unused(self) -> Iterator[Problem]:
        offered = {(item.source, item.table) for item in self.landed if item.offered}
        for table, readers in self.readers.items():
            if not readers and table not in offered:
                way = f"Name it in {FILE_NAME} under entities, or write entities/<entity>.sql."
                near = suggest(table[1], self.entities)
                yield Problem(".".join(table), 0, "No entity takes rows from it.", near or way, "warning")

    def notes(self) -> Iterator[Problem]:
        for item in (*self.landed, *self.own):
            place = item.file if item.source == WORKSPACE else f"{item.source}/{item.file}"
            yield from (Problem(place, 0, note, severity="warning") for note in item.notes)

    def table(self, name: str) -> TableName | None:
        """`source.table`; a table's name alone where only one source has it."""
        whole = [table for table in self.readers if ".".join(table).lower() == name.lower()]
        alone = [table for table in self.readers if table[1].lower() == name.lower()]
        return next((found[0] for found in (whole, alone) if len(found) == 1), None)

    def types(self, relation: str) -> dict[str, str]:
        rows = self.con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        return {row[0]: str(row[1]) for row in rows if row[0].lower() not in OWN_COLUMNS}

    def known_tables(self) -> str:
        return f"There are: {', '.join(map('.'.join, self.readers)) or 'none'}."

    def wrong(self, problem: Problem) -> None:
        self.mapped.warnings.append(problem)


def _relation(table: TableName) -> str:
    return ".".join(map(quoted, table))


def _of_table(table: TableName, types: Mapping[str, str], columns: Mapping[str, str]) -> Origin:
    return Origin(".".join(table), _relation(table), f"{literal(table[0] + '/')} || _file", types, columns)


def _named(entity: Entity, types: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Chosen columns first; others keep their name, spelled like the entity's where it is one of these."""
    own = {column.lower(): column for column in (*entity.columns, "currency")}
    left = {*chosen.values(), *_displaced(types, chosen), *_reserved(entity, types)}
    return {**chosen, **{own.get(column.lower(), column): column for column in types if column not in left}}


def _reserved(entity: Entity, columns: Iterable[str]) -> list[str]:
    """Columns named like one that a refresh makes."""
    names = {*made_columns(entity), *OWN}
    return [column for column in columns if column.lower() in names and column not in entity.columns]


def _displaced(types: Mapping[str, str], chosen: Mapping[str, str]) -> list[str]:
    """Columns whose name is given to another column."""
    taken = {name.lower() for name in chosen}
    return [column for column in types if column.lower() in taken and column not in chosen.values()]


def _missing(entity: str, column: str, origin: Origin) -> Problem:
    what = f"{entity} must have a column '{column}', and here is none. "
    what += f"There are: {', '.join(origin.types)}." if origin.types else "There are no columns at all."
    by_name = {snake_case(name): name for name in origin.types}
    match = get_close_matches(column, by_name, n=1)
    near = f"Is it '{by_name[match[0]]}'? " if match else ""
    if origin.shown.endswith(".sql"):
        return Problem(origin.shown, 1, what, f"{near}Write: … AS {column}.")
    way = f"entities: {{{entity}: {{from: {origin.shown}, columns: {{{column}: <its name here>}}}}}}"
    return Problem(origin.shown, 0, what, f"{near}Rename it, or say in {FILE_NAME}: {way}")
