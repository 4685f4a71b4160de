"""Landed tables into entities: mapped, checked, and related to accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from accountlens.accounts.decision_files import read_decided
from accountlens.accounts.matching import count_unmatched
from accountlens.accounts.relate import Relations
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import AccountlensError, Problem
from accountlens.language.tables import Entity
from accountlens.refresh.additions import Additions
from accountlens.refresh.basis import Basis
from accountlens.refresh.bench import TABLES, Keep, Progress, make_table, silent
from accountlens.refresh.known import Known, faulty_of
from accountlens.refresh.order import entity_order
from accountlens.sources.casts import add_macros
from accountlens.sources.files import FilesSettings, land
from accountlens.sources.kept import kept_file
from accountlens.sources.landed import Landed
from accountlens.sources.mapping import Mapped, TableName, map_entities
from accountlens.sources.objects import mirrored
from accountlens.sources.own_records import with_tiers
from accountlens.sources.registry import land_source, read_sources
from accountlens.sources.shelf import Shelf
from accountlens.sources.staging import clear, make_room, reading, stage, unusual_values
from accountlens.store import Balance
from accountlens.warehouses.expand import quoted

if TYPE_CHECKING:
    from accountlens.refresh.remote.elsewhere import Elsewhere

FIRST_ROWS = 10_000


@dataclass
class Prepared:
    """What became of the rows; the entities themselves are readable in the connection."""

    present: list[str]  # entities that have a source, and whose rows are here
    mappings: Mapping[str, str]  # entity → text of its SQL file
    warnings: list[Problem]
    balance: dict[str, Balance] = field(default_factory=dict)
    unmatched: dict[str, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)  # tables made beside the entities
    readers: Mapping[TableName, list[str]] = field(default_factory=dict)  # landed table → entities

    def take_over(self, name: str, known: Known) -> None:
        """Say of an entity what the last refresh said."""
        self.warnings += known.take_over(name)
        self.balance[name] = known.past.balance[name]
        if name in known.past.unmatched:
            self.unmatched[name] = known.past.unmatched[name]


def land_sources(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    folder: Path,
    tell: Progress,
    shelf: Shelf | None = None,
    only: Collection[str] | None = None,
    kept_in: Path | None = None,
) -> list[Landed]:
    """Every table of every source, or of some, in the order of the settings; fetched ones from where they are kept."""
    if not settings.sources and not settings.warehouse:
        mend = "Write, for example: sources: {files: {path: data}}"
        raise AccountlensError("There is no source to read.", FILE_NAME, mend)

    def reading(file: str, done: int, total: int) -> None:
        tell(f"reading {file}", done, total)

    landed: list[Landed] = []
    for name, source in read_sources(folder, settings.sources).items():
        if only is not None and name not in only:
            continue
        if isinstance(source, FilesSettings):
            landed += land(con, name, _at_hand(name, source, kept_in), folder, reading, shelf)
        else:
            landed += land_source(con, name, source, folder, reading, kept_in)
    return landed


def _at_hand(name: str, source: FilesSettings, kept_in: Path | None) -> FilesSettings:
    """Files, or the copies of those that are elsewhere."""
    if kept_in is None or not source.keeps or source.path is None:
        return source
    return source.model_copy(update={"path": mirrored(source.path, kept_file(kept_in, name))})


def prepare(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    settings: Settings,
    entities: Mapping[str, Entity],
    landed: Sequence[Landed],
    as_of: datetime,
    keep: Keep | None = None,
    tell: Progress | None = None,
    known: Known | None = None,
    elsewhere: Elsewhere | None = None,
) -> Prepared:
    """Landed tables into entities, checked and related; by default kept as tables of the connection.

    An entity of which `known` says that nothing changed is taken over as it is; those that stay `elsewhere` are made
    there.
    """
    keep, tell = keep or partial(make_table, con), tell or silent
    con.execute(f"CREATE SCHEMA {TABLES}; SET schema = '{TABLES}'")
    add_macros(con, settings.time_zone)
    make_room(con)
    mapped = map_entities(con, entities, settings, folder, landed)
    if not mapped.origins:
        there = ", ".join(f"{item.source}.{item.table}" for item in landed) or "none at all"
        what = f"No table of the sources is one of an entity. There is {there}."
        raise AccountlensError(what, FILE_NAME, "Name files after entities, or say what they are under entities:.")
    stays = elsewhere.staying if elsewhere else frozenset[str]()
    here = [name for name in mapped.origins if name not in stays]
    done = Prepared(here, mapped.sql, mapped.warnings, readers=mapped.readers)
    decided = read_decided(folder)
    relations = Relations(con, entities, mapped.origins, settings.currency, settings.time_zone, as_of, decided, stays)
    order = relations.order()
    for place, name in enumerate(order):
        tell(f"checking {name}", place, len(order))
        if elsewhere and name in stays:
            elsewhere.take(entities[name], mapped, relations, done)
            continue
        basis = known.basis(entities[name], mapped, landed, relations) if known else None
        if known and known.same(entities[name], basis):
            done.take_over(name, known)
            done.warnings += relations.learn(entities[name])
            continue
        if known and basis and _add(con, entities[name], mapped, landed, relations, known, basis, done):
            continue
        if known:
            landed = known.bring_in(name, mapped, landed)
        checked, unusual = _make(con, entities[name], mapped, landed, relations, as_of, keep, done)
        if known:
            known.remember(name, basis, checked, unusual)
    stand = known is not None and known.matches_stand(relations)
    for name, select in relations.made(matches=not stand).items():
        keep(name, select)
        done.made.append(name)
    if known and stand:
        done.made += known.take_over_matches()
    return done


def _make(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    mapped: Mapped,
    landed: Sequence[Landed],
    relations: Relations,
    as_of: datetime,
    keep: Keep,
    done: Prepared,
) -> tuple[list[Problem], list[Problem]]:
    """Check and relate all rows of an entity, and keep them; what is wrong with them, and which values are unusual."""
    faulty = faulty_of(entity.name, mapped, landed)
    staged = stage(con, entity, mapped.origins[entity.name], faulty, relations.exchange.step)
    select, columns, strange = relations.relate(entity, staged.select, staged.columns)
    if entity.name == "accounts":
        select, columns = with_tiers(con, select, columns, as_of)
    keep(entity.name, select, entity_order(entity, columns))
    clear(con, entity)
    learnt = relations.learn(entity)
    checked = [*staged.warnings, *strange]
    unusual = list(unusual_values(reading(con), entity, quoted(entity.name)))
    _tell(
        con,
        entity,
        [*checked, *learnt],
        unusual,
        relations.balanced(staged.balance),
        "account_id_given" in columns,
        done,
    )
    return checked, unusual


def _add(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    mapped: Mapped,
    landed: Sequence[Landed],
    relations: Relations,
    known: Known,
    basis: Basis,
    done: Prepared,
) -> bool:
    """Add what came in, where that gives what a full refresh would."""
    additions = Additions(con, entity, known, mapped, landed, relations)
    if not additions.possible(basis) or not additions.add(basis):
        return False
    assert additions.balance is not None
    checked, learnt = known.said(entity.name, "checked"), relations.learn(entity)
    known.added.append(entity.name)
    unusual = additions.unusual()
    _tell(con, entity, [*checked, *learnt], unusual, additions.balance, entity.name in known.past.unmatched, done)
    known.remember(entity.name, basis, checked, unusual)
    return True


def _tell(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    said: Sequence[Problem],
    unusual: Sequence[Problem],
    balance: Balance,
    matched: bool,
    done: Prepared,
) -> None:
    """Note what became of an entity."""
    done.warnings += [*said, *unusual]
    done.balance[entity.name] = balance
    if matched:
        done.unmatched[entity.name] = count_unmatched(con, entity.name)


def empty_columns(
    con: duckdb.DuckDBPyConnection, entities: Mapping[str, Entity], present: Sequence[str]
) -> dict[str, list[str]]:
    """By entity that has rows, its columns that no row fills."""
    found = {}
    for name in present:
        columns = list(entities[name].columns)
        for rows in (f"(SELECT * FROM {quoted(name)} LIMIT {FIRST_ROWS})", quoted(name)):  # most are told at once
            counts = ", ".join(f"count({quoted(column)})" for column in columns)
            ((given, *filled),) = con.execute(f"SELECT count(*), {counts} FROM {rows}").fetchall()
            columns = [column for column, count in zip(columns, filled, strict=True) if not count]
            if not columns or given < FIRST_ROWS:
                break
        if given and columns:
            found[name] = columns
    return found


def latest_instant(
    con: duckdb.DuckDBPyConnection,
    entities: Mapping[str, Entity],
    present: Sequence[str],
    as_of: datetime,
    known: datetime | None = None,
) -> datetime | None:
    """When the last thing happened to an account, as far as the data goes; `known` has happened elsewhere."""
    times: dict[str, str] = {}
    for name in present:
        columns = entities[name].columns
        found = [column for column in columns.values() if column.type in ("time", "date")]
        found.sort(key=lambda column: not column.required)
        if found and "account_id" in columns:
            times[name] = quoted(found[0].name)
    # what is older than a month is read only where nothing is newer
    latest = _latest(con, times, as_of, as_of - timedelta(days=31)) or _latest(con, times, as_of, datetime.min)
    return max((one for one in (latest, known) if one), default=None)


def _latest(
    con: duckdb.DuckDBPyConnection, times: Mapping[str, str], as_of: datetime, since: datetime
) -> datetime | None:
    latest = None
    for name, happened in times.items():
        newer = f"{happened} > TIMESTAMP '{latest or since}'"
        ((found,),) = con.execute(
            f"SELECT max({happened}) FROM {quoted(name)} WHERE {happened} <= $1 AND {newer}", [as_of]
        ).fetchall()
        latest = found or latest
    return latest
