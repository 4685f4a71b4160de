"""The history of runs: when each refresh began and ended, and how."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from accountlens.errors import AccountlensError
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from accountlens.store.state import State

Ending = Literal["done", "failed"]


@dataclass(frozen=True)
class Run:
    """One run of a refresh. Times are UTC without zone."""

    id: str
    started_at: datetime
    ended_at: datetime | None  # None: still running, or its process died
    status: str  # running | done | failed
    message: str


COLUMNS = tuple(field.name for field in fields(Run))


def start(state: State) -> str:
    """Note a run that begins: its id."""
    from accountlens.store.tables import RunRow

    started_at = utc_now()
    id_ = f"{started_at:%Y-%m-%dT%H-%M-%S}-{os.urandom(4).hex()}"
    with state.session("note the run") as session:
        session.add(RunRow(id=id_, started_at=started_at, status="running", message=""))
    return id_


def end(state: State, run: str, status: Ending, message: str) -> None:
    """Note how a run ended."""
    from accountlens.store.tables import RunRow

    with state.session("note the run's end") as session:
        row = session.get(RunRow, run)
        if row is None:
            raise AccountlensError(f"No run '{run}'.")
        row.ended_at, row.status, row.message = utc_now(), status, message


def newest(database: Path, limit: int) -> list[Run]:
    """The runs that began last, the newest first."""
    rows = read_rows(database, "runs", COLUMNS, order="started_at DESC, id DESC", limit=limit)
    return [
        Run(id_, datetime.fromisoformat(started), datetime.fromisoformat(ended) if ended else None, *rest)
        for id_, started, ended, *rest in rows
    ]
