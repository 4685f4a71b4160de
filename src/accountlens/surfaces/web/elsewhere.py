"""Questions about rows that lie in a warehouse: who may have them answered there, and what is told until then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from accountlens.errors import RowsElsewhereError
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError
from accountlens.surfaces.web.questions import On
from accountlens.workspace.remotely import ASK_ANOTHER, NOT_HIS, remotely

WAREHOUSE: On = "warehouse"
KIND, TITLE = "rows-elsewhere", "This is not kept here"


@contextmanager
def in_warehouse(place: Place) -> Iterator[Place]:
    """The place where the warehouse answers; 403 for who sees some accounts only."""
    if place.workspace.seen is not None:
        raise RefusedError(403, NOT_HIS, mend=ASK_ANOTHER)
    with remotely(place.workspace) as far:
        yield replace(place, far=far)


def elsewhere(error: RowsElsewhereError, place: Place) -> RefusedError:
    """What is not here, the engine that has it, and whether who asks may have it answered there."""
    engine, his = place.snapshot.engine or "the warehouse", place.workspace.seen is None
    what = f"It is counted from single rows of {error.table}, which lie in {engine}; no figures of it are kept here."
    mend = f"Choose a month or a quarter, which are kept; or ask {engine}, which takes longer (Explore does, too)."
    mend = mend if his else f"{NOT_HIS} {ASK_ANOTHER}"
    return RefusedError(400, what, mend=mend, kind=KIND, more={"title": TITLE, "engine": engine, "may_ask": his})
