"""The history of runs: when each refresh began and ended, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import select

from accountlens.errors import AccountlensError
from accountlens.store.snapshots import utc_now
from accountlens.store.state import RunRow, State

Ending = Literal["done", "failed"]


@dataclass(frozen=True)
class Run:
    """One run of a refresh. Times are UTC without zone."""

    id: str
    started_at: datetime
    ended_at: datetime | None  # None: still running, or its process died
    status: str  # running | done | failed
    message: str


def start(state: State) -> str:
    started_at = utc_now()
    id_ = f"{started_at:%Y-%m-%dT%H-%M-%S}-{uuid4().hex[:8]}"
    with state.session("note the run") as session:
        session.add(RunRow(id=id_, started_at=started_at, status="running", message=""))
    return id_


def end(state: State, run: str, status: Ending, message: str) -> None:
    with state.session("note the run's end") as session:
        row = session.get(RunRow, run)
        if row is None:
            raise AccountlensError(f"No run '{run}'.")
        row.ended_at, row.status, row.message = utc_now(), status, message


def newest(state: State, limit: int) -> list[Run]:
    with state.session("read the runs") as session:
        rows = session.scalars(select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id.desc()).limit(limit))
        return [Run(row.id, row.started_at, row.ended_at, row.status, row.message) for row in rows]
