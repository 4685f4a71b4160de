"""From sources to a snapshot: land, map, check, find out who is who, derive facts, write, publish."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from accountlens.accounts.history import BEFORE, SEEN
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings
from accountlens.errors import Problem
from accountlens.refresh.bench import Progress, silent, stream, workbench
from accountlens.refresh.entities import land_sources, latest_instant, prepare
from accountlens.refresh.facts import derive
from accountlens.refresh.keeper import StoreKeeper
from accountlens.sources.landed import LANDING
from accountlens.sources.mapping_sql import MAPPED
from accountlens.sources.own_records import land_own
from accountlens.sources.staging import QUARANTINE as ASIDE
from accountlens.store import QUARANTINE, Balance, Store
from accountlens.store.faults import telling


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh did."""

    snapshot: str
    balance: Mapping[str, Balance]
    warnings: Sequence[Problem]
    unmatched: Mapping[str, int]  # entity → rows of no account
    seconds: float


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
            report = _refresh(folder, settings, catalog, store, run, as_of, progress or silent)
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
        aside = store.quarantine_write(run, stream(con, f"SELECT * FROM {ASIDE}"))
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


def _hash(settings: Settings, mappings: Mapping[str, str]) -> str:
    parts = [settings.model_dump_json(by_alias=True), *(f"{name}\n{sql}" for name, sql in sorted(mappings.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
