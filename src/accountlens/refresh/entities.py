"""Landed tables into entities: mapped, checked, and related to accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from accountlens.accounts.matching import count_unmatched
from accountlens.accounts.relate import Relations
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import AccountlensError, Problem
from accountlens.language.tables import Entity
from accountlens.refresh.bench import TABLES, Keep, Progress, make_table, silent
from accountlens.refresh.order import entity_order
from accountlens.sources.casts import add_macros
from accountlens.sources.landed import Landed
from accountlens.sources.mapping import map_entities
from accountlens.sources.own_records import with_tiers
from accountlens.sources.registry import land_source, read_sources
from accountlens.sources.staging import clear, make_room, stage, unusual_values
from accountlens.store import Balance
from accountlens.warehouses.expand import quoted


@dataclass
class Prepared:
    """What became of the rows; the entities themselves are readable in the connection."""

    present: list[str]  # entities that have a source
    mappings: Mapping[str, str]  # entity → text of its SQL file
    warnings: list[Problem]
    balance: dict[str, Balance] = field(default_factory=dict)
    unmatched: dict[str, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)  # tables made beside the entities


def land_sources(con: duckdb.DuckDBPyConnection, settings: Settings, folder: Path, tell: Progress) -> list[Landed]:
    """Every table of every source, in the order of the settings."""
    if not settings.sources:
        mend = "Write, for example: sources: {files: {path: data}}"
        raise AccountlensError("There is no source to read.", FILE_NAME, mend)

    def reading(file: str, done: int, total: int) -> None:
        tell(f"reading {file}", done, total)

    sources = read_sources(folder, settings.sources)
    return [item for name, source in sources.items() for item in land_source(con, name, source, folder, reading)]


def prepare(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    settings: Settings,
    entities: Mapping[str, Entity],
    landed: Sequence[Landed],
    as_of: datetime,
    keep: Keep | None = None,
    tell: Progress | None = None,
) -> Prepared:
    """Landed tables into entities, checked and related; by default kept as tables of the connection."""
    keep, tell = keep or (lambda name, select: make_table(con, name, select)), tell or silent
    con.execute(f"CREATE SCHEMA {TABLES}; SET schema = '{TABLES}'")
    add_macros(con, settings.time_zone)
    make_room(con)
    mapped = map_entities(con, entities, settings, folder, landed)
    if not mapped.origins:
        there = ", ".join(f"{item.source}.{item.table}" for item in landed) or "none at all"
        what = f"No table of the sources is one of an entity. There is {there}."
        raise AccountlensError(what, FILE_NAME, "Name files after entities, or say what they are under entities:.")
    done = Prepared(list(mapped.origins), mapped.sql, mapped.warnings)
    relations = Relations(con, entities, mapped.origins, settings.currency, settings.time_zone, as_of)
    order = relations.order()
    for place, name in enumerate(order):
        tell(f"checking {name}", place, len(order))
        entity = entities[name]
        staged = stage(con, entity, mapped.origins[name], mapped.faulty.get(name, ()), relations.exchange.step)
        select, columns, strange = relations.relate(entity, staged.select, staged.columns)
        if name == "accounts":
            select, columns = with_tiers(con, select, columns, as_of)
        keep(name, f"SELECT * FROM (\n{select}\n) ORDER BY {', '.join(entity_order(entity, columns))}")
        clear(con, entity)
        strange += [*relations.learn(entity), *unusual_values(con, entity, quoted(name))]
        done.warnings += [*staged.warnings, *strange]
        done.balance[name] = staged.balance
        if "account_id_given" in columns:
            done.unmatched[name] = count_unmatched(con, name)
    for name, select in relations.made().items():
        keep(name, select)
        done.made.append(name)
    return done


def latest_instant(
    con: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity], present: Sequence[str], as_of: datetime
) -> datetime | None:
    """When the last thing happened to an account, as far as the data goes."""
    found: list[datetime | None] = []
    for name in present:
        columns = entities[name].columns
        times = [column for column in columns.values() if column.type in ("time", "date")]
        times.sort(key=lambda column: not column.required)
        if times and "account_id" in columns:
            happened = quoted(times[0].name)
            latest = con.execute(f"SELECT max({happened}) FROM {quoted(name)} WHERE {happened} <= $1", [as_of])
            found += [row[0] for row in latest.fetchall()]
    return max((instant for instant in found if instant is not None), default=None)
