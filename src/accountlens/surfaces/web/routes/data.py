"""What the numbers stand on: sources, the balance of rows, snapshots, and what is wrong or doubtful."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from accountlens.errors import AccountlensError
from accountlens.people.rights import Right
from accountlens.store import Snapshot
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.cursors import AllPaged
from accountlens.surfaces.web.data_models import (
    BalanceTold,
    DifferenceTold,
    Differing,
    ProblemsTold,
    SnapshotsTold,
    SourcesTold,
)
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import plain
from accountlens.surfaces.web.schemas import answers

router = APIRouter(prefix="/data", tags=["data"])
RUNS = 20


@router.get("/sources", response_model=None, responses=answers(SourcesTold), summary="Sources, and how fresh they are")
def sources(desk: AtDesk) -> Response:
    """When each was read, whether it could be, how far its rows go, and the last refreshes."""
    desk.require(Right.SEE_DATA)
    return desk.fresh(_sources)


@router.get("/balance", response_model=None, responses=answers(BalanceTold), summary="What became of all rows")
def balance(desk: AtDesk) -> Response:
    """By table: taken in, accepted, duplicates, quarantined, of no account."""
    desk.require(Right.SEE_DATA)
    return desk.tell(_balance)


@router.get("/snapshots", response_model=None, responses=answers(SnapshotsTold), summary="The published states")
def snapshots(desk: AtDesk, asked: Annotated[AllPaged, Query()]) -> Response:
    """The newest first."""
    desk.require(Right.SEE_DATA)

    def make(place: Place) -> dict[str, Any]:
        shown, after = asked.page(asked.limit, "snapshots").of(place.whole.snapshots())
        return {"snapshots": [_short(one, place) for one in shown], "next": after}

    return desk.fresh(make)


@router.get("/snapshots/diff", response_model=None, responses=answers(DifferenceTold), summary="What differs")
def difference(desk: AtDesk, asked: Annotated[Differing, Query()]) -> Response:
    """Rows that came, went and changed between two snapshots, by table, and definitions."""
    desk.require(Right.SEE_DATA)

    def make(place: Place) -> Any:
        second = asked.second or place.snapshot.id
        return asdict(place.whole.compare_snapshots(asked.first or _before(place), second))

    return desk.tell(make)


@router.get("/problems", response_model=None, responses=answers(ProblemsTold), summary="What is wrong or doubtful")
def problems(desk: AtDesk) -> Response:
    """What `accountlens check` finds in settings, definitions and data, errors first."""
    desk.require(Right.SEE_DATA)

    def make(place: Place) -> Any:
        found = sorted(place.whole.check(), key=lambda one: ("error", "warning", "note").index(one.severity))
        folder = place.workspace.folder
        told = [{**asdict(one), "code": one.code or "definition"} for one in found]
        told = [{name: plain(x, folder) if isinstance(x, str) else x for name, x in one.items()} for one in told]
        counts = {f"{word}s": sum(one["severity"] == word for one in told) for word in ("error", "warning")}
        return {**counts, "problems": told}

    return desk.fresh(make)


def _sources(place: Place) -> dict[str, Any]:
    workspace = place.whole
    types = {name: getattr(one, "type", "") for name, one in workspace.settings.sources.items()}
    return {
        "snapshot": place.snapshot.id,
        "as_of": place.snapshot.as_of,
        "sources": [{**asdict(one), "type": types.get(one.source, "")} for one in workspace.source_freshness()],
        "freshness": [{**asdict(one), "late": one.late} for one in workspace.freshness()],
        "runs": [
            {**asdict(one), "message": plain(one.message, workspace.folder)} for one in workspace.store.runs(RUNS)
        ],
    }


def _balance(place: Place) -> dict[str, Any]:
    snapshot = place.whole._snapshot(None)
    unmatched = snapshot.info.get("unmatched", {})
    tables = [
        {**asdict(one), "whole": one.whole, "unmatched": unmatched.get(name)}
        for name, one in sorted(snapshot.balance.items())
    ]
    return {"snapshot": snapshot.id, "tables": tables, "warnings": list(snapshot.info.get("warnings", ()))}


def _short(one: Snapshot, place: Place) -> dict[str, Any]:
    return {
        "id": one.id,
        "created_at": one.created_at,
        "as_of": one.as_of,
        "current": one.id == place.snapshot.id,
        "rows": sum(one.tables[name].rows for name in one.balance if name in one.tables),
        "tables": len(one.balance),
        "quarantined": sum(table.quarantined for table in one.balance.values()),
    }


def _before(place: Place) -> str:
    known = [one.id for one in place.whole.snapshots()]
    at = known.index(place.snapshot.id) if place.snapshot.id in known else -1
    if at < 0 or at + 1 >= len(known):
        raise AccountlensError("There is no snapshot before this one.", mend="Name two with first and second.")
    return known[at + 1]
