"""The store: tables written as versions, versions published as snapshots, snapshots read without a wait."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling
from accountlens.store.lock import WriterLock
from accountlens.store.scan_sql import scan_sql
from accountlens.store.snapshots import (
    Balance,
    Snapshot,
    TableVersion,
    choose,
    known_at,
    newest,
    outdated,
    to_row,
    utc_naive,
    utc_now,
)

if TYPE_CHECKING:  # imported where they are used: a question must not wait for SQLAlchemy, Delta or Arrow
    import pyarrow as pa

    from accountlens.store.erasures import Erasure
    from accountlens.store.runs import Run
    from accountlens.store.source_states import SourceState
    from accountlens.store.state import State

QUARANTINE = "quarantine"
PINNED = "pinned"  # in the store: what a back-up is being made of


@dataclass(frozen=True)
class Vacuumed:
    """What a vacuum removed, or would remove."""

    snapshots: tuple[str, ...]
    files: int
    size_bytes: int


class Store:
    """What one workspace keeps, in one folder. Making it costs nothing and touches nothing.

    Any number may read while one writes. Writing methods take the writer's lock for themselves; hold it with
    `writing()` around all of a refresh, so that no other writer comes between its tables.
    """

    def __init__(self, folder: Path, *, wait_seconds: float = 0.0) -> None:
        self.folder = Path(folder).absolute()
        self.database = self.folder / "state.db"
        self._wait_seconds = wait_seconds
        self._lock = WriterLock(self.folder / "writer.lock")
        self._opened_state: State | None = None

    @property
    def tmp(self) -> Path:
        """Scratch space of the writer that holds the lock; the next writer empties it."""
        return self.folder / "tmp"

    @property
    def figures(self) -> Path:
        """Where figures stand ready, in a folder of their snapshot's id, if any do."""
        return self.folder / "figures"

    @contextmanager
    def writing(
        self, wait_seconds: float | None = None, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Be the only writer; another one gets an AccountlensError, or waits so long first, told who writes."""
        seconds = self._wait_seconds if wait_seconds is None else wait_seconds
        with self._lock.hold(seconds, on_taken=self._fresh_tmp, on_wait=on_wait):
            yield

    def _fresh_tmp(self) -> None:
        shutil.rmtree(self.tmp, ignore_errors=True)
        self.tmp.mkdir(exist_ok=True)

    def write_table(
        self,
        name: str,
        reader: pa.RecordBatchReader | pa.Table,
        *,
        partition_by: list[str] | None = None,
        run: str,
    ) -> TableVersion:
        """Replace all rows of a table: one new version, seen by nobody until it is published.

        Takes anything with an Arrow stream, in bounded memory; keeps the order of rows. With `partition_by`
        (a month column) they must come ordered by it; every value gets files of its own. Unsigned integers,
        enums and nanoseconds become what Delta tables know: `TableVersion.columns` says the types kept.
        """
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise AccountlensError(f"'{name}' can't name a table.", mend="Use letters, digits and underscores.")
        from accountlens.store.delta_tables import write_version

        with self.writing():
            return write_version(self.folder / "tables" / name, reader, partition_by or [], run)

    def write_months(self, name: str, reader: pa.RecordBatchReader, *, run: str, least_rows: int) -> TableVersion:
        """`write_table` for rows that begin with their month and come ordered by it; small tables are one file."""
        from accountlens.store.months import write_months

        with self.writing():
            return write_months(self.folder / "tables" / name, reader, run, least_rows)

    def rewrite_months(
        self, before: TableVersion, reader: pa.RecordBatchReader, months: Collection[str], *, run: str
    ) -> TableVersion:
        """A published version with other rows in these months, which the stream holds whole."""
        from accountlens.store.months import rewrite_months

        with self.writing():
            return rewrite_months(self.folder, before, reader, months, run)

    def publish(
        self,
        *,
        as_of: datetime,
        tables: Mapping[str, TableVersion],
        balance: Mapping[str, Balance],
        settings_hash: str,
        info: Mapping[str, Any],
        before: Callable[[Snapshot], None] | None = None,
    ) -> Snapshot:
        """Make these versions the current snapshot, in one transaction: readers see all of it or nothing.

        What it needs besides is made by `before`, while nobody sees it yet.
        """
        from accountlens.store.tables import SnapshotRow

        _refuse_lost_rows(balance)
        with self.writing():
            self._refuse_missing_files(tables)
            created_at = self._next_moment()
            snapshot = Snapshot(
                id=f"{created_at:%Y-%m-%dT%H-%M-%S}-{os.urandom(2).hex()}",
                created_at=created_at,
                as_of=utc_naive(as_of),
                tables=dict(tables),
                balance=dict(balance),
                settings_hash=settings_hash,
                info=dict(info),
            )
            if before:
                before(snapshot)
            with self.state.session("publish the snapshot") as session:
                session.add(SnapshotRow(**to_row(snapshot)))
        return snapshot

    def _next_moment(self) -> datetime:
        """Now, but after the current snapshot: a clock set back must not turn the order of ids around."""
        current = self.current()
        return max(utc_now(), current.created_at + timedelta(microseconds=1)) if current else utc_now()

    def _refuse_missing_files(self, tables: Mapping[str, TableVersion]) -> None:
        for name, version in tables.items():
            missing = [file for file in version.files if not (self.folder / file).is_file()]
            if missing:
                raise AccountlensError(
                    f"Version {version.version} of table '{name}' misses {len(missing)} of its files.",
                    where=str(self.folder / missing[0]),
                    mend="Write the table again; nothing was published.",
                )

    def current(self) -> Snapshot | None:
        """The snapshot published last, or None. Reads one row; milliseconds from a cold start."""
        return next(iter(newest(self.database, limit=1)), None)

    def snapshots(self) -> list[Snapshot]:
        """All snapshots kept, newest first."""
        return newest(self.database)

    def snapshot(self, id_or_prefix: str) -> Snapshot:
        """The snapshot of this id, or of the only id that begins so."""
        return choose(self.snapshots(), id_or_prefix)

    def known_at(self, moment: datetime) -> Snapshot:
        """The snapshot that was current at a moment (UTC without zone)."""
        return known_at(self.snapshots(), moment)

    def relation_sql(self, version: TableVersion) -> str:
        """DuckDB SQL that scans exactly this version: original column order and types, also without rows."""
        return scan_sql(self.folder, version)

    def quarantine_write(self, run: str, rows: pa.RecordBatchReader | pa.Table) -> TableVersion:
        """Keep rows (table, source, row_number, reason, content); publish them as table `quarantine`."""
        from accountlens.store.quarantine import checked

        return self.write_table(QUARANTINE, checked(rows), run=run)

    def quarantine(self, snapshot: Snapshot | str | None = None) -> pa.Table:
        """The quarantined rows of a snapshot, the current one by default."""
        from accountlens.store.quarantine import read

        chosen = self.snapshot(snapshot) if isinstance(snapshot, str) else snapshot or self.current()
        return read(self.folder, chosen.tables.get(QUARANTINE) if chosen else None)

    def vacuum(
        self, keep: int | None = None, *, older_than: timedelta | None = None, dry_run: bool = False
    ) -> Vacuumed:
        """Drop snapshots, then the files that no kept one names. The newest `keep` stay, and those not `older_than`.

        The current snapshot always stays. A dry run only tells.
        """
        with self.writing():
            snapshots = self.snapshots()
            dropped = outdated(snapshots, keep, older_than)
            if not dry_run:
                self._forget(dropped)
            kept = [one for one in snapshots if one.id not in dropped]
            files, size_bytes = self._sweep(kept, delete=not dry_run)
        return Vacuumed(dropped, files, size_bytes)

    def sweep(self) -> None:
        """Delete the files that no kept snapshot names."""
        with self.writing():
            self._sweep(self.snapshots(), delete=True)

    def _forget(self, ids: tuple[str, ...]) -> None:
        from sqlalchemy import delete

        from accountlens.store.tables import SnapshotRow

        if ids:
            with self.state.session("drop old snapshots") as session:
                session.execute(delete(SnapshotRow).where(SnapshotRow.id.in_(ids)))

    def _sweep(self, kept: list[Snapshot], *, delete: bool) -> tuple[int, int]:
        tables = self.folder / "tables"
        if not tables.is_dir():
            return 0, 0
        from accountlens.store.delta_tables import sweep

        named = {file for one in kept for table in one.tables.values() for file in table.files}
        with telling("sweep old files", tables):
            return sweep(tables, named, delete=delete)

    def erasures(self) -> list[Erasure]:
        """The persons that were erased, as salted hashes, the oldest first."""
        from accountlens.store.erasures import read

        return read(self.database)

    def source_states(self) -> dict[str, SourceState]:
        """The sources as the last refreshes found them, by name."""
        from accountlens.store import source_states

        return source_states.read(self.database)

    def note_sources(self, found: Iterable[SourceState], gone: Collection[str] = ()) -> None:
        """Remember how sources were found; forget those that are gone."""
        from accountlens.store import source_states

        source_states.note(self.state, found, gone)

    def start_run(self) -> str:
        """Note that a refresh began: its id, which `write_table` puts into the Delta log."""
        from accountlens.store import runs

        return runs.start(self.state)

    def end_run(self, run: str, status: Literal["done", "failed"], message: str = "") -> None:
        """Note how a refresh ended."""
        from accountlens.store import runs

        runs.end(self.state, run, status, message)

    def runs(self, limit: int = 50) -> list[Run]:
        """The newest runs first."""
        from accountlens.store import runs

        return runs.newest(self.database, limit)

    @property
    def state(self) -> State:
        """The app state, for transactions over its models (`store.state.session(...)`)."""
        from sqlalchemy import URL

        from accountlens.store.state import State

        if self._opened_state is None:
            with telling("write to the store", self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
            self._opened_state = State(URL.create("sqlite", database=str(self.database)), self.database)
        return self._opened_state


def _refuse_lost_rows(balance: Mapping[str, Balance]) -> None:
    for one in balance.values():
        if not one.whole:
            raise AccountlensError(
                f"{one.taken_in} rows taken in, but {one.accepted} accepted, {one.duplicates} duplicates "
                f"and {one.quarantined} quarantined.",
                where=f"table '{one.table}'",
                mend="Every row must be in one of the three; nothing was published.",
            )
