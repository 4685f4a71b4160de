"""What a snapshot is: the published version of every table, as frozen data, and its form in the app state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.store.state_reader import read_rows


@dataclass(frozen=True)
class TableVersion:
    """One immutable version of one table: all that is needed to read exactly its rows."""

    table: str
    version: int  # of the Delta table
    rows: int
    files: tuple[str, ...]  # relative to the store, with forward slashes
    columns: tuple[tuple[str, str], ...]  # name and DuckDB type, in the order they were written


@dataclass(frozen=True)
class Balance:
    """What became of the rows that were taken in for one table."""

    table: str
    taken_in: int
    accepted: int
    duplicates: int
    quarantined: int

    @property
    def whole(self) -> bool:
        """Did no row disappear?"""
        return self.taken_in == self.accepted + self.duplicates + self.quarantined


@dataclass(frozen=True)
class Snapshot:
    """One published state of the store. Times are UTC without zone."""

    id: str  # sorts by time: 2026-11-21T20-58-16-ab12
    created_at: datetime
    as_of: datetime
    tables: Mapping[str, TableVersion]
    balance: Mapping[str, Balance]
    settings_hash: str
    info: Mapping[str, Any]

    @property
    def empty(self) -> frozenset[tuple[str, str]]:
        """The columns of entities that no row fills, as the refresh found them."""
        return frozenset(
            (entity, column) for entity, columns in self.info.get("empty", {}).items() for column in columns
        )

    @property
    def remote(self) -> Mapping[str, int]:
        """The tables that lie in a warehouse, with their rows."""
        told: Mapping[str, int] = self.info.get("remote", {}).get("tables", {})
        return told

    @property
    def engine(self) -> str | None:
        """What the warehouse is called in which tables lie; None: all of them are here."""
        label: str | None = self.info.get("remote", {}).get("engine")
        return label

    @property
    def prints(self) -> Mapping[str, Any]:
        """What those that were made there are known again by."""
        told: Mapping[str, Any] = self.info.get("remote", {}).get("prints", {})
        return told

    @property
    def names(self) -> frozenset[str]:
        """All its tables, wherever their rows lie."""
        return frozenset((*self.tables, *self.remote))

    @property
    def columns(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """The columns of its tables, with their types in DuckDB; of those elsewhere, where these are told."""
        there = self.info.get("remote", {}).get("columns", {})
        told = {name: [(column, kind) for column, kind in columns] for name, columns in there.items()}
        return {**told, **{name: table.columns for name, table in self.tables.items()}}


COLUMNS = tuple(field.name for field in fields(Snapshot))  # the same names as in the app state, a test compares


def to_row(snapshot: Snapshot) -> dict[str, Any]:
    """The values of a snapshot's row in the app state."""
    return vars(snapshot) | {
        "tables": {name: asdict(version) for name, version in snapshot.tables.items()},
        "balance": {name: asdict(balance) for name, balance in snapshot.balance.items()},
    }


@lru_cache(maxsize=4)  # who asks again and again must not read a long text again and again
def from_row(row: tuple[Any, ...]) -> Snapshot:
    """A snapshot from the texts of its row in SQLite, in the order of COLUMNS."""
    found = dict(zip(COLUMNS, row, strict=True))
    tables, balance = json.loads(found["tables"]), json.loads(found["balance"])
    return Snapshot(
        id=found["id"],
        created_at=datetime.fromisoformat(found["created_at"]),
        as_of=datetime.fromisoformat(found["as_of"]),
        tables={name: _table_version(values) for name, values in tables.items()},
        balance={name: Balance(**values) for name, values in balance.items()},
        settings_hash=found["settings_hash"],
        info=json.loads(found["info"]),
    )


def _table_version(values: dict[str, Any]) -> TableVersion:
    columns = tuple((name, type_) for name, type_ in values.pop("columns"))
    return TableVersion(**(values | {"files": tuple(values["files"]), "columns": columns}))


def newest(database: Path, limit: int = -1) -> list[Snapshot]:
    """The published snapshots, the newest first; without a limit all that are kept."""
    return [from_row(row) for row in read_rows(database, "snapshots", COLUMNS, order="number DESC", limit=limit)]


def choose(known: Sequence[Snapshot], id_or_prefix: str) -> Snapshot:
    """The one snapshot whose id is, or begins with, this text."""
    found = [one for one in known if one.id == id_or_prefix]
    found = found or [one for one in known if id_or_prefix and one.id.startswith(id_or_prefix)]
    if len(found) == 1:
        return found[0]
    listed = found or known
    ids = ", ".join(one.id for one in listed[:8]) + (", …" if len(listed) > 8 else "")
    if found:
        raise AccountlensError(f"'{id_or_prefix}' begins {len(found)} snapshots: {ids}.", mend="Write more of it.")
    if not known:
        raise AccountlensError(f"No snapshot '{id_or_prefix}': nothing is published yet.", mend="Run refresh first.")
    near = suggest(id_or_prefix, [one.id for one in known])
    raise AccountlensError(f"No snapshot '{id_or_prefix}'.", mend=f"{near} Known: {ids}".strip())


def known_at(known: Sequence[Snapshot], moment: datetime) -> Snapshot:
    """The newest snapshot published at or before a moment, of those given newest first."""
    found = next((one for one in known if one.created_at <= moment), None)
    if found is not None:
        return found
    if not known:
        raise AccountlensError("Nothing is published yet.", mend="Run refresh first.")
    first = known[-1].created_at
    what = f"Nothing that was known at {moment:%Y-%m-%d %H:%M} UTC is kept"
    mend = "'accountlens snapshots' lists those there are."
    raise AccountlensError(f"{what}: the oldest snapshot is of {first:%Y-%m-%d %H:%M}.", mend=mend)


def outdated(known: Sequence[Snapshot], keep: int | None, older_than: timedelta | None) -> tuple[str, ...]:
    """The ids, of snapshots given newest first, that no rule keeps; never the first."""
    if keep is None and older_than is None:
        raise AccountlensError("It is not clear which snapshots to keep.", mend="Say --keep N or --older-than 90d.")
    if keep is not None and keep < 1:
        raise AccountlensError(f"Can't keep {keep} snapshots.", mend="Keep at least one.")
    oldest = utc_now() - older_than if older_than is not None else None
    return tuple(
        one.id
        for place, one in enumerate(known)
        if place >= (keep or 1) and (oldest is None or one.created_at < oldest)
    )


def utc_naive(moment: datetime) -> datetime:
    """The same moment as UTC without zone; a moment without zone is UTC already."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def utc_now() -> datetime:
    return utc_naive(datetime.now(UTC))
