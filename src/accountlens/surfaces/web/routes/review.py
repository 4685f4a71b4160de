"""What waits for a person: quarantined rows to mend, and matches to decide."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from accountlens.accounts.decision_files import Decision, read_decided
from accountlens.engine.exports import csv_bytes
from accountlens.language.numbers import count
from accountlens.matches.decide import Change, undo, unmerge, wanted, write
from accountlens.matches.review import Item, Matches
from accountlens.people.rights import Right
from accountlens.surfaces.web import formats
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.cursors import AllPaged
from accountlens.surfaces.web.data_models import (
    AsidePage,
    Decide,
    MatchesTold,
    Mended,
    MergeAsked,
    PreviewTold,
    QuarantineTold,
    Tried,
    Written,
)
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note

router = APIRouter(prefix="/data", tags=["data"])
FIELDS = ("table", "source", "row_number", "reason", "content")
THEN = "It counts from the next refresh on: accountlens refresh."
Value = Annotated[str, Path(min_length=1, max_length=200, examples=["domain:acme.example"])]
Loser = Annotated[str, Path(min_length=1, max_length=200, examples=["A00004"])]


@router.get(
    "/quarantine",
    response_model=None,
    responses=answers(QuarantineTold, formats.CSV),
    summary="Rows that could not be taken in",
)
def quarantine(desk: AtDesk, page: Annotated[AsidePage, Query()]) -> Response:
    """How many by table and reason, and the rows themselves, a page at a time; as CSV all of them."""
    desk.require(Right.SEE_DATA)
    media = formats.wanted(desk.request, formats.JSON, formats.CSV)
    at = page.page(page.limit)

    def make(place: Place) -> Any:
        rows = place.whole.quarantine(place.snapshot.id).select(FIELDS).to_pylist()
        chosen = [row for row in rows if page.table in (None, row["table"]) and page.reason in (None, row["reason"])]
        if media == formats.CSV:
            return csv_bytes(FIELDS, [[row[name] for name in FIELDS] for row in chosen])
        shown, after = at.of(chosen, place.snapshot.id)
        return {
            "snapshot": place.snapshot.id,
            "total": len(chosen),
            "reasons": _reasons(rows),
            "rows": [{**row, "content": _content(row["content"])} for row in shown],
            "next": after,
        }

    return desk.tell(make, media=media, snapshot=at.snapshot or page.snapshot)


@router.post("/quarantine/mended", response_model=Written, summary="Keep mended rows")
def mend(desk: AtDesk, body: Mended) -> Response:
    """They are taken in place of the faulty ones at the next refresh; rows left as they were are passed over."""
    desk.require(Right.DECIDE_MATCHES)
    rows = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in body.rows]
    with desk.place() as place:
        kept = place.whole.retry([{"table": "", "source": "", "row_number": "", **row} for row in rows])
    return _decided(desk, "mend rows", count(kept, "row"), "corrections.csv", kept)


@router.get("/matches", response_model=None, responses=answers(MatchesTold), summary="Whose rows are whose")
def matches(desk: AtDesk, page: Annotated[AllPaged, Query()]) -> Response:
    """What waits, that of most rows first; what was decided; how rows were matched; accounts merged into others."""
    desk.require(Right.SEE_DATA)

    def make(place: Place) -> Any:
        kept = place.whole.matches()
        said = read_decided(kept.folder)
        merges = [Decision("account", one.loser_id, one.survivor_id, True) for one in said.merges]
        waiting = kept.waiting()
        shown, after = page.page(page.limit, "matches").of(waiting, kept.snapshot.id)
        return {
            "snapshot": kept.snapshot.id,
            "total": len(waiting),
            "waiting": [_item(one) for one in shown],
            "next": after,
            "matched": [dict(zip(("entity", "method", "rows", "lowest"), row, strict=True)) for row in kept.found()],
            "merged": [dict(zip(("loser_id", "survivor_id", "source"), row, strict=True)) for row in kept.merged()],
            "decided": [_decision(one) for one in (*said.matches, *merges)],
        }

    return desk.fresh(make)


@router.post("/matches", response_model=Written, summary="Decide whose rows are whose")
def decide(desk: AtDesk, body: Decide) -> Response:
    """Written into the workspace's decisions; one about the same value before is replaced."""
    desk.require(Right.DECIDE_MATCHES)
    with desk.place() as place:
        kept = place.whole.matches()
        change = wanted(kept, body.value, body.account, body.decision == "accept")
        file = write(kept, change, by=desk.viewer.email, note=body.note)
    return _decided(desk, f"{body.decision} match", _said(change), file, 1)


@router.post("/matches/preview", response_model=PreviewTold, summary="What a decision would change")
def preview(desk: AtDesk, body: Tried) -> Response:
    """Which rows would move, and which KPIs with them, by really asking these before and after."""
    desk.require(Right.DECIDE_MATCHES)

    def make(place: Place) -> Any:
        change = wanted(place.whole.matches(), body.value, body.account, body.decision == "accept")
        return asdict(place.whole.preview(change, body.period))

    return desk.tell(make, key=body.model_dump_json())


@router.delete("/matches/{value}", response_model=Written, summary="Take a decision back")
def take_back(desk: AtDesk, value: Value) -> Response:
    """All that was decided about a value."""
    desk.require(Right.DECIDE_MATCHES)
    with desk.place() as place:
        gone = undo(place.whole.matches(), value)
    return _decided(desk, "undo match", value, "matches.csv", gone)


@router.post("/merges", response_model=Written, summary="Let one account count as another")
def merge(desk: AtDesk, body: MergeAsked) -> Response:
    """From a day on, or ever."""
    desk.require(Right.DECIDE_MATCHES)
    with desk.place() as place:
        kept: Matches = place.whole.matches()
        change = wanted(kept, f"account:{kept.book.find(body.loser).id}", body.survivor, accepted=True)
        file = write(kept, change, on=body.on, by=desk.viewer.email, note=body.note)
    return _decided(desk, "merge accounts", f"{change.value} into {change.account_id}", file, 1)


@router.delete("/merges/{loser}", response_model=Written, summary="Let an account be one of its own again")
def take_apart(desk: AtDesk, loser: Loser) -> Response:
    """Only what was merged here; what a source merges is unmerged there."""
    desk.require(Right.DECIDE_MATCHES)
    with desk.place() as place:
        gone = unmerge(place.whole.matches(), loser)
    return _decided(desk, "unmerge account", loser, "merges.csv", gone)


def _decided(desk: Desk, action: str, subject: str, file: str, count: int) -> Response:
    note(desk.request, action, subject)
    told = {"file": file, "decided": count, "mend": THEN}
    return Response(formats.json_bytes(told), headers={"Cache-Control": "no-store"}, media_type=formats.JSON)


def _decision(one: Decision) -> dict[str, Any]:
    told = {"kind": one.kind, "value": one.value, "said": f"{one.kind}:{one.value}"}
    return told | {"account_id": one.account_id or None, "accepted": one.accepted}


def _item(one: Item) -> dict[str, Any]:
    return {**asdict(one), "said": f"{one.kind}:{one.value}"}


def _said(change: Change) -> str:
    return f"{change.kind}:{change.value} {change.account_id}".strip()


def _reasons(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter((row["table"], row["reason"]) for row in rows)
    return [{"table": table, "reason": reason, "count": count} for (table, reason), count in counts.most_common()]


def _content(text: str) -> Any:
    """A row by its columns; a line that could not be split as it was."""
    with suppress(ValueError):
        found = json.loads(text)
        return found if isinstance(found, dict) else text
    return text
