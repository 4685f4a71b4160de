"""From sources to a snapshot: land, map, check, find out who is who, derive facts, write, publish."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from accountlens.accounts.erased import Erased
from accountlens.accounts.erased import tell as tell_erased
from accountlens.accounts.history import BEFORE, SEEN
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings, Warehouse
from accountlens.errors import Problem
from accountlens.refresh.bench import Progress, silent, workbench
from accountlens.refresh.changes import Changes
from accountlens.refresh.entities import empty_columns, land_sources, latest_instant, prepare
from accountlens.refresh.facts import derive, keep_runs
from accountlens.refresh.fetching import Gathered, fetch_sources, kept_in
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.known import Known
from accountlens.refresh.known_facts import KnownFacts
from accountlens.refresh.past import KEY, Past, past_of, remembered
from accountlens.refresh.prints import FactPrints
from accountlens.refresh.reaching import Reaching
from accountlens.refresh.remote.elsewhere import Elsewhere
from accountlens.refresh.remote.place import KEY as REMOTE
from accountlens.refresh.remote.place import Remote, remote_of, tidy
from accountlens.sources.corrections import load_corrections
from accountlens.sources.landed import LANDING, Landed
from accountlens.sources.mapping_sql import MAPPED
from accountlens.sources.own_records import land_own
from accountlens.sources.shelf import Shelf
from accountlens.sources.staging import QUARANTINE as ASIDE
from accountlens.store import QUARANTINE, Balance, Snapshot, Store
from accountlens.store.erasures import hashes_of, salt_of
from accountlens.store.faults import telling
from accountlens.warehouses.faults import WarehouseError

# Given a snapshot that nobody sees yet: makes ready what pages answer from, and tells what could not be.
Ready = Callable[[Snapshot, Remote], Sequence[Problem]]


@dataclass(frozen=True)
class RefreshReport:
    """What a refresh did."""

    snapshot: str
    balance: Mapping[str, Balance]
    warnings: Sequence[Problem]
    unmatched: Mapping[str, int]  # entity → rows of no account
    seconds: float
    reused: Sequence[str] = ()  # tables that were taken over from the last snapshot, nothing of theirs having changed
    added: Sequence[str] = ()  # tables of which only what a change can touch was made anew
    failed: Mapping[str, str] = field(default_factory=dict)  # sources that are as they were, and what is wrong
    remote: Mapping[str, Any] | None = None  # what stays in a warehouse, and the bytes that came `home` and were `sent`


def refresh(
    folder: Path,
    settings: Settings,
    catalog: Catalog,
    store: Store,
    *,
    as_of: datetime,
    full: bool = False,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    wait_seconds: float | None = None,
    on_wait: Callable[[str], None] | None = None,
    ready: Ready | None = None,
) -> RefreshReport:
    """Publish a new snapshot whose present is `as_of` (UTC without zone). On any fault nothing is published.

    Where large tables stay in a warehouse, `ready` is called with the snapshot before anybody sees it.

    What nothing changed of is taken over from the last snapshot, unless it is to be `full`: the rows are the same.
    Sources that keep their rows are fetched, all or `only` those; one that can't be read is served as it is kept.
    """
    with store.writing(wait_seconds, on_wait), telling("refresh", store.folder, duckdb.Error):
        run = store.start_run()
        try:
            past = past_of(store.current())  # also when all is made anew: the code is that of the beginning
            past = Past() if full else past
            gathered = fetch_sources(store, folder, settings, progress or silent, anew=full, only=only)
            with remote_of(folder, settings, run) as remote:
                told = progress or silent
                report = _refresh(folder, settings, catalog, store, run, past, as_of, told, gathered, remote, ready)
            store.note_sources(gathered.states.values())
        except BaseException as error:
            store.end_run(run, "failed", str(error))
            raise
        unread = f"; could not be read: {', '.join(report.failed)}" if report.failed else ""
        store.end_run(run, "done", f"{report.snapshot}{unread}")
    return report


def _refresh(
    folder: Path,
    settings: Settings,
    catalog: Catalog,
    store: Store,
    run: str,
    past: Past,
    as_of: datetime,
    tell: Progress,
    gathered: Gathered,
    remote: Remote | None,
    ready: Ready | None,
) -> RefreshReport:
    started = time.monotonic()
    with workbench(store.tmp) as con:
        shelf = Shelf(past.files)
        keeper = StoreKeeper(con, store, run, past.tables)
        landed = [*land_sources(con, settings, folder, tell, shelf, kept_in=kept_in(store)), *land_own(con, folder)]
        elsewhere = Elsewhere(con, remote, catalog, past.remote)
        landed += elsewhere.land(folder, settings, tell)
        _recall(con, store)
        _recall_erased(con, store)
        load_corrections(con, folder)
        changes = Changes(con, keeper)
        land_again = partial(_land_again, con, settings, folder, shelf, kept_in(store))
        known = Known(con, folder, settings, keeper, changes, past, shelf, land_again)
        done = prepare(con, folder, settings, catalog.entities, landed, as_of, keeper, tell, known, elsewhere)
        done.warnings[:0] = gathered.heard
        con.execute(f"DROP SCHEMA IF EXISTS {LANDING} CASCADE; DROP SCHEMA IF EXISTS {MAPPED} CASCADE")
        prints = FactPrints(catalog, settings.time_zone, as_of, keeper.versions)
        reaching = Reaching(con, catalog, keeper, changes, settings.time_zone, as_of)
        facts = KnownFacts(keeper, prints, reaching, past.facts)
        present = [*done.present, *done.made]
        digests, runs = derive(con, catalog, settings.time_zone, as_of, present, keeper, tell, facts, elsewhere.names)
        there = elsewhere.finish(present, as_of, keeper, tell)
        keep_runs(con, [*runs, *there.runs], keeper)
        tell("publishing", 0, 0)
        empty = {**empty_columns(con, catalog.entities, done.present), **there.empty}
        latest = latest_instant(con, catalog.entities, done.present, as_of, there.latest)
        keeper.aside(QUARANTINE, Erased(con, catalog.entities).aside(ASIDE))
    info = {
        "facts": {**digests, **there.digests},
        "kpis": catalog.written(),
        "empty": empty,
        "latest": latest.isoformat() if latest else None,
        "unmatched": done.unmatched,
        "sources": {**gathered.told(done.readers), **elsewhere.told(done.readers)},
        "warnings": [str(problem) for problem in done.warnings],
        KEY: remembered(shelf.finished(), known.entities, facts.found),
    }
    if remote:
        info[REMOTE] = remote.told()
    snapshot = store.publish(
        as_of=as_of,
        tables=keeper.versions,
        balance=done.balance,
        settings_hash=_hash(settings, done.mappings),
        info=info,
        before=partial(_make_ready, remote, ready, done.warnings) if remote and ready else None,
    )
    if remote and settings.warehouse:
        _tidy(remote, store, settings.warehouse)
    seconds = time.monotonic() - started
    reused, added = (*known.reused, *facts.reused, *there.reused), (*known.added, *facts.renewed)
    said = done.warnings, done.unmatched
    stays = {**remote.told(), "stay": sorted(elsewhere.staying)} if remote else None
    return RefreshReport(snapshot.id, done.balance, *said, seconds, reused, added, gathered.failed, stays)


def _make_ready(remote: Remote, ready: Ready, warnings: list[Problem], snapshot: Snapshot) -> None:
    """What pages answer from has to be there with the snapshot: its rows are elsewhere."""
    warnings += ready(snapshot, remote)
    snapshot.info[REMOTE].update(remote.told())  # what making it ready has cost stands there, too


def _tidy(remote: Remote, store: Store, settings: Warehouse) -> None:
    """The tables of the snapshot before are kept: somebody may be reading them."""
    remote.published = True
    kept = [one.info[REMOTE]["schema"] for one in store.snapshots()[:2] if REMOTE in one.info]
    with suppress(WarehouseError):  # the next refresh tries it again
        tidy(remote, store, settings, kept)


def _land_again(
    con: duckdb.DuckDBPyConnection, settings: Settings, folder: Path, shelf: Shelf, place: Path, sources: set[str]
) -> list[Landed]:
    return land_sources(con, settings, folder, silent, shelf, sources, place)


def _recall(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Make readable what was seen of accounts up to the snapshot before."""
    current = store.current()
    if current and SEEN in current.tables:
        reading = store.relation_sql(current.tables[SEEN])
        con.execute(f"CREATE SCHEMA {BEFORE}; CREATE VIEW {BEFORE}.{SEEN} AS {reading}")


def _recall_erased(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Make known who was erased and is to be erased again."""
    known = store.erasures()
    tell_erased(con, salt_of(known), hashes_of(known))


def _hash(settings: Settings, mappings: Mapping[str, str]) -> str:
    parts = [settings.model_dump_json(by_alias=True), *(f"{name}\n{sql}" for name, sql in sorted(mappings.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
