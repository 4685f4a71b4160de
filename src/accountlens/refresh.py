"""From sources to a snapshot: land, map, check, find out who is who, derive facts, write, publish."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from accountlens.accounts.history import BEFORE, SEEN
from accountlens.accounts.matching import count_unmatched
from accountlens.accounts.relate import Relations
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import FILE_NAME, Settings
from accountlens.errors import AccountlensError, Problem
from accountlens.language.tables import Entity, Fact
from accountlens.sources.casts import add_macros
from accountlens.sources.landed import LANDING, Landed
from accountlens.sources.mapping import map_entities
from accountlens.sources.mapping_sql import MAPPED
from accountlens.sources.own_records import land_own, with_tiers
from accountlens.sources.registry import land_source, read_sources
from accountlens.sources.staging import QUARANTINE as ASIDE
from accountlens.sources.staging import clear, make_room, stage, unusual_values
from accountlens.store import QUARANTINE, Balance, Store, TableVersion
from accountlens.store.faults import telling
from accountlens.warehouses.expand import quoted

TABLES = "_tables"  # the schema of finished tables; sources have theirs, and one may be called `main`
MEMORY_LIMIT = "1GB"  # of DuckDB; what exceeds it goes to the store's scratch folder
MOST_THREADS = 8  # each needs some of the memory


class Progress(Protocol):
    """Told what is being done, how many of its steps are done, and how many there are (0 = not known)."""

    def __call__(self, what: str, done: int, total: int) -> None: ...


Keep = Callable[[str, str], None]  # makes a table of this name readable, out of a SELECT


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh did."""

    snapshot: str
    balance: Mapping[str, Balance]
    warnings: Sequence[Problem]
    unmatched: Mapping[str, int]  # entity → rows of no account
    seconds: float


@dataclass
class Prepared:
    """What became of the rows; the entities themselves are readable in the connection."""

    present: list[str]  # entities that have a source
    mappings: Mapping[str, str]  # entity → text of its SQL file
    warnings: list[Problem]
    balance: dict[str, Balance] = field(default_factory=dict)
    unmatched: dict[str, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)  # tables made beside the entities


def refresh(
    folder: Path,
    settings: Settings,
    catalog: Catalog,
    store: Store,
    *,
    as_of: datetime,
    progress: Progress | None = None,
) -> RefreshReport:
    """Publish a new snapshot whose present is `as_of` (UTC without zone). On any fault nothing is published."""
    with store.writing(), telling("refresh", store.folder, duckdb.Error):
        run = store.start_run()
        try:
            report = _refresh(folder, settings, catalog, store, run, as_of, progress or _silent)
        except BaseException as error:
            store.end_run(run, "failed", str(error))
            raise
        store.end_run(run, "done", report.snapshot)
    return report


def _refresh(
    folder: Path, settings: Settings, catalog: Catalog, store: Store, run: str, as_of: datetime, tell: Progress
) -> RefreshReport:
    started = time.monotonic()
    with workbench(store.tmp) as con:
        keeper = StoreKeeper(con, store, run)
        landed = [*land_sources(con, settings, folder, tell), *land_own(con, folder)]
        _recall(con, store)
        done = prepare(con, folder, settings, catalog.entities, landed, as_of, keeper, tell)
        con.execute(f"DROP SCHEMA IF EXISTS {LANDING} CASCADE; DROP SCHEMA IF EXISTS {MAPPED} CASCADE")
        digests = derive(con, catalog, settings.time_zone, as_of, [*done.present, *done.made], keeper, tell)
        tell("publishing", 0, 0)
        latest = latest_instant(con, catalog.entities, done.present, as_of)
        aside = store.quarantine_write(run, _stream(con, f"SELECT * FROM {ASIDE}"))
    info = {
        "facts": digests,
        "latest": latest.isoformat() if latest else None,
        "unmatched": done.unmatched,
        "warnings": [str(problem) for problem in done.warnings],
    }
    snapshot = store.publish(
        as_of=as_of,
        tables={**keeper.versions, QUARANTINE: aside},
        balance=done.balance,
        settings_hash=_hash(settings, done.mappings),
        info=info,
    )
    return RefreshReport(snapshot.id, done.balance, done.warnings, done.unmatched, time.monotonic() - started)


def _recall(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Make readable what was seen of accounts up to the snapshot before."""
    current = store.current()
    if current and SEEN in current.tables:
        reading = store.relation_sql(current.tables[SEEN])
        con.execute(f"CREATE SCHEMA {BEFORE}; CREATE VIEW {BEFORE}.{SEEN} AS {reading}")


@contextmanager
def workbench(folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty DuckDB in memory; what it has no room for goes to a folder that ends with it."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as spill, duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")  # what is under way is told by `Progress`
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute(f"SET threads = {min(os.cpu_count() or 1, MOST_THREADS)}")
        con.execute(f"SET temp_directory = '{spill.replace(chr(39), chr(39) * 2)}'")
        yield con


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
    keep, tell = keep or (lambda name, select: _make_table(con, name, select)), tell or _silent
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


def derive(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    zone: str,
    as_of: datetime,
    present: Sequence[str],
    keep: Keep,
    tell: Progress,
) -> dict[str, str]:
    """Make the facts of what is present, at their defaults; the digest of each that was kept.

    A fact is unknown when none of its primary entities is there. What else it reads may be empty.
    """
    facts = [fact for fact in catalog.facts.values() if fact.sql]
    known = {fact.name for fact in facts if set(catalog.primary(fact.name)) & set(present)}
    for fact in catalog.facts.values():
        if fact.name not in known and fact.name not in present:
            con.execute(f"CREATE TABLE {quoted(fact.name)} ({_listed(fact)})")
    digests, runs = {}, []
    for place, fact in enumerate(facts):
        if fact.name in known:
            tell(f"deriving {fact.name}", place, len(facts))
            with _computing(fact):
                if fact.asked:
                    con.execute(f"CREATE TABLE {quoted(fact.name)} ({_listed(fact)})")
                elif fact.model:
                    runs.append(_model(con, catalog, fact, as_of, zone, keep))
                else:
                    origin = catalog.entities.get(fact.primary[0]) if fact.primary else None
                    _derive(con, fact, origin, catalog.sql_of(fact.name, {}, as_of, zone), keep)
            if fact.stored:
                digests[fact.name] = catalog.digest(fact.name)
    if runs:
        con.execute("DROP TABLE IF EXISTS model_runs")
        order = ["fact", "fitted_at", "n", "parameters", "reason"]
        _keep_arrow(con, "model_runs", pa.concat_tables(runs), order, keep)
    return digests


def _listed(fact: Fact) -> str:
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in fact.columns.items())


def _derive(con: duckdb.DuckDBPyConnection, fact: Fact, origin: Entity | None, sql: str, keep: Keep) -> None:
    con.execute(f"CREATE VIEW {quoted(fact.name)} AS {sql}")
    if fact.stored:
        columns = {row[0]: str(row[1]) for row in con.execute(f"DESCRIBE {quoted(fact.name)}").fetchall()}
        keep(fact.name, f"SELECT * FROM (\n{sql}\n) ORDER BY {', '.join(fact_order(fact, origin, columns))}")


def _model(
    con: duckdb.DuckDBPyConnection, catalog: Catalog, fact: Fact, as_of: datetime, zone: str, keep: Keep
) -> pa.Table:
    """Make a modelled fact; what became of its fits."""
    from accountlens.models.modelled import model_fact

    found = model_fact(con, catalog, fact, as_of, zone)
    _keep_arrow(con, fact.name, found.rows, fact.key or tuple(fact.columns), keep)
    return found.runs


def _keep_arrow(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, order: Sequence[str], keep: Keep) -> None:
    con.register("_rows", rows)
    keep(name, f"SELECT * FROM _rows ORDER BY {', '.join(map(quoted, order))}")
    con.unregister("_rows")


@contextmanager
def _computing(fact: Fact) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        what = f"The fact '{fact.name}' cannot be computed: {str(error).splitlines()[0]}"
        raise AccountlensError(what, fact.file) from error


def entity_order(entity: Entity, columns: Sequence[str]) -> list[str]:
    """By month, account and time where rows are events of accounts, else by key: always the same order."""
    return _order(next(_required_times(entity), None), entity.key, columns)


def fact_order(fact: Fact, origin: Entity | None, columns: Mapping[str, str]) -> list[str]:
    """As the entity it is made from, where it keeps the time of that; else by its own first time."""
    kept = [name for name in _required_times(origin) if name in columns] if origin else []
    times = [*kept, *(name for name, kind in columns.items() if kind == "TIMESTAMP")]
    return _order(times[0] if times else None, fact.key, list(columns))


def _required_times(entity: Entity) -> Iterator[str]:
    return (column.name for column in entity.columns.values() if column.required and column.type in ("time", "date"))


def _order(time_column: str | None, key: Sequence[str], columns: Sequence[str]) -> list[str]:
    first = []
    if time_column and "account_id" in columns:
        first = [f"date_trunc('month', {quoted(time_column)})", quoted("account_id"), quoted(time_column)]
    return [*first, *map(quoted, key or columns)]


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


class StoreKeeper:
    """Writes tables into the store and reads them from there on, so that no table need fit into memory."""

    def __init__(self, con: duckdb.DuckDBPyConnection, store: Store, run: str) -> None:
        self.con, self.store, self.run = con, store, run
        self.versions: dict[str, TableVersion] = {}

    def __call__(self, name: str, select: str) -> None:
        version = self.store.write_table(name, _stream(self.con, select), run=self.run)
        self.con.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {self.store.relation_sql(version)}")
        self.versions[name] = version


def _make_table(con: duckdb.DuckDBPyConnection, name: str, select: str) -> None:
    con.execute(f"DROP VIEW IF EXISTS {quoted(name)}; CREATE TABLE {quoted(name)} AS {select}")


def _stream(con: duckdb.DuckDBPyConnection, select: str) -> pa.RecordBatchReader:
    """Batches as they are computed: the result is never whole in memory."""
    return pa.RecordBatchReader.from_stream(con.sql(select))


def _hash(settings: Settings, mappings: Mapping[str, str]) -> str:
    parts = [settings.model_dump_json(by_alias=True), *(f"{name}\n{sql}" for name, sql in sorted(mappings.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _silent(what: str, done: int, total: int) -> None:
    """Nobody is watching."""
