"""Refreshing what is due by its schedule while a server runs; with cron beside it, each source is read by one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

from accountlens.errors import AccountlensError
from accountlens.refresh.due import FIRST_RETRY, NothingScheduledError
from accountlens.repeating import repeating
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.refreshing import Progress, Refreshing
from accountlens.workspace import Workspace

EVERY_SECONDS = 30.0  # so much later than its time a source is read at most, while nothing else is


def on_schedule(refreshing: Refreshing, tell: Callable[[AccountlensError], None]) -> AbstractContextManager[None]:
    """Begin what is due while the block lasts; `tell` hears of what keeps it from being known, once each."""
    return repeating(lambda: begin_due(refreshing), EVERY_SECONDS, tell, "schedule")


def begin_due(refreshing: Refreshing) -> Progress | None:
    """Begin a refresh where a source is due; None where none is, or one runs that will leave it to the next look."""
    now = refreshing.progress
    if now.state == "running" or (now.state == "failed" and _ago(now) < FIRST_RETRY):
        return None
    workspace = Workspace(refreshing.folder)
    try:
        due = workspace.agenda().due(utc_now())
    except NothingScheduledError:
        return None
    finally:
        workspace.close()
    with suppress(RefusedError):
        return refreshing.begin_due() if due else None
    return None


def _ago(now: Progress) -> timedelta:
    return utc_now() - now.ended_at if now.ended_at else timedelta.max
