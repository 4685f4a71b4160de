"""Erased persons in the app state: salted hashes to know them again by, never who they were."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accountlens.errors import AccountlensError
from accountlens.store.faults import telling
from accountlens.store.snapshots import TableVersion, utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from accountlens.store.state import State

Hashes = Mapping[str, Sequence[str]]  # kind (contacts, leads, email, …) → hashes


@dataclass(frozen=True)
class Erasure:
    """One person that was erased. `done_at` is None while something of it is still to be done."""

    id: str
    begun_at: datetime
    done_at: datetime | None
    salt: str  # the same for all of a store: pseudonyms must stay the same
    hashes: Hashes


COLUMNS = tuple(field.name for field in fields(Erasure))


def digest(salt: str, text: str) -> str:
    """What an id, or an e-mail in small letters, is known again by."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def read(database: Path) -> list[Erasure]:
    """All erasures, the oldest first."""
    rows = read_rows(database, "erasures", COLUMNS, order="begun_at, id", limit=-1)
    return [
        Erasure(
            id_,
            datetime.fromisoformat(begun),
            datetime.fromisoformat(done) if done else None,
            salt,
            json.loads(hashes),
        )
        for id_, begun, done, salt, hashes in rows
    ]


def salt_of(known: Sequence[Erasure]) -> str:
    """The store's salt, a new one before the first erasure."""
    return known[0].salt if known else os.urandom(16).hex()


def begin(
    state: State, salt: str, hashes: Hashes, moved: Mapping[str, Mapping[str, TableVersion]], words: Mapping[str, str]
) -> str:
    """In one transaction: snapshots name the new files, texts lose the person's words, the hashes are kept.

    `moved` gives, by snapshot and table, the version without the person; `words` what stands for what.
    """
    from accountlens.store.tables import ErasureRow, SnapshotRow

    begun_at = utc_now()
    id_ = f"{begun_at:%Y-%m-%dT%H-%M-%S}-{os.urandom(2).hex()}"
    with state.session("erase a person") as session:
        for row in session.query(SnapshotRow).filter(SnapshotRow.id.in_(moved)):
            row.tables = {**row.tables, **{name: asdict(version) for name, version in moved[row.id].items()}}
        _reword(session.connection().connection.driver_connection, words)
        session.add(ErasureRow(id=id_, begun_at=begun_at, salt=salt, hashes={k: list(v) for k, v in hashes.items()}))
    return id_


def _reword(connection: Any, words: Mapping[str, str]) -> None:
    """Replace words in every text of every table, whatever table it is; also where a trigger keeps its rows."""
    kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in kept:
        connection.execute(f'DROP TRIGGER "{name}"')
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.create_function("reworded", 1, lambda text: replaced(text, words), deterministic=True)
    for table in tables:
        for column in [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]:
            connection.execute(
                f'UPDATE "{table}" SET "{column}" = reworded("{column}") '
                f'WHERE typeof("{column}") = \'text\' AND reworded("{column}") <> "{column}"'
            )
    for _, sql in kept:
        connection.execute(sql)


def replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with other words, without regard to case; also where JSON spells them with escapes."""
    for word, other in words.items():
        for spelled in dict.fromkeys((word, json.dumps(word)[1:-1])):
            place = text.lower().find(spelled.lower())
            while place >= 0:
                text = text[:place] + other + text[place + len(spelled) :]
                place = text.lower().find(spelled.lower(), place + len(other))
    return text


def finish(state: State, database: Path) -> None:
    """Write the database anew, so that no page of it holds what was replaced; then the erasures are done."""
    from accountlens.store.tables import ErasureRow

    with telling("erase from the app state", database), closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute("VACUUM")
        ((busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if busy:
        mend = "Run it again: what is left to do is done then."
        raise AccountlensError("The app state is being read, its log can't be emptied.", str(database), mend)
    with state.session("note the erasure") as session:
        for row in session.query(ErasureRow).filter(ErasureRow.done_at.is_(None)):
            row.done_at = utc_now()


def hashes_of(known: Iterable[Erasure]) -> dict[str, set[str]]:
    """All hashes by kind."""
    found: dict[str, set[str]] = {}
    for erasure in known:
        for kind, hashes in erasure.hashes.items():
            found.setdefault(kind, set()).update(hashes)
    return found
