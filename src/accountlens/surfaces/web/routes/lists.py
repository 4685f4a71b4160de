"""Lists and tiers: who stands where since when, and what whoever may changes about the accounts he sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from accountlens.engine.exports import csv_bytes
from accountlens.errors import suggest
from accountlens.lists.batch import Batch, Fault, entries_in, tiers_in
from accountlens.lists.edits import Edited, Entry, add, remove
from accountlens.lists.files import parse_csv
from accountlens.lists.memberships import NAME, Lists
from accountlens.lists.overview import members_on, overview
from accountlens.lists.tiers import Tiered, set_tiers, tiers
from accountlens.lists.times import today
from accountlens.pages.account_filters import accounts_where
from accountlens.people.rights import Right
from accountlens.sources.own_records import LISTS, TIERS
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web import formats
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.importing import importing
from accountlens.surfaces.web.list_models import (
    EditedTold,
    ImportAsked,
    Joining,
    Leaving,
    Listed,
    ListsTold,
    MembersAsked,
    MembersPage,
    MembersTold,
    NewList,
    TieredTold,
    TiersAsked,
    TiersImportAsked,
    TiersTold,
)
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError, missing, problem
from accountlens.surfaces.web.questions import instant
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note

router = APIRouter(tags=["lists"])
EXPORTED = ("account_id", "name", "domain", "tier", "group", "joined_at", "left_at")
THEN = "It counts from the next refresh on: accountlens refresh."
NOTED = 50  # accounts that a line of the audit log names
MANY = 20  # faults that a refusal tells in words
ListName = Annotated[str, Path(min_length=1, max_length=200, examples=["target"])]


@router.get("/lists", response_model=None, responses=answers(ListsTold), summary="Every list")
def all_lists(desk: AtDesk, asked: Annotated[Listed, Query()]) -> Response:
    """How many accounts stand on each by now, who came and went in a period, and what the next refresh will change."""

    def make(place: Place) -> dict[str, Any]:
        kept, at = place.lists, _now(place)
        start, end = place.workspace.span(asked.period or "last-quarter")
        told = [{**asdict(one), "editable": bool(NAME.fullmatch(one.name))} for one in overview(kept, at, start, end)]
        return {**_about(desk, place), "at": at, "lists": told}

    return desk.fresh(make)


@router.post(
    "/lists", status_code=201, response_model=None, responses={201: {"model": EditedTold}}, summary="A new list"
)
def create_list(desk: AtDesk, body: NewList) -> Response:
    """An empty one, kept in the workspace."""
    desk.require(Right.EDIT_LISTS)
    with desk.place() as place:
        kept = place.lists
        if body.name in kept.names():
            raise RefusedError(409, f"There is a list '{body.name}' already.", mend="Choose another name.")
        kept.create(body.name)
    note(desk.request, "create list", body.name)
    return _json(_edited(body.name, Edited(), 0, written=True), 201)


@router.get(
    "/lists/{name}", response_model=None, responses=answers(MembersTold, formats.CSV), summary="Who stands on a list"
)
def members(desk: AtDesk, name: ListName, page: Annotated[MembersPage, Query()]) -> Response:
    """The members by name, as of now or of a day; as CSV all of them, which can be imported again."""
    media = formats.wanted(desk.request, formats.JSON, formats.CSV)

    def make(place: Place) -> Any:
        kept = _kept(place, name)
        at = instant(page.on, kept.zone) or _now(place)
        rows = _wanted(members_on(kept, name, at), page, place)
        if media == formats.CSV:
            return csv_bytes(EXPORTED, [[_written(row[column], kept) for column in EXPORTED] for row in rows])
        asked = f"{name} {page.model_dump_json(include=set(MembersAsked.model_fields))}"
        shown, after = page.page(page.limit, asked).of(rows, place.snapshot.id)
        return {"name": name, "at": at, "total": len(rows), "members": shown, "next": after}

    return desk.fresh(make, media=media)


@router.post("/lists/{name}/members", response_model=EditedTold, summary="Put accounts on a list")
def join(desk: AtDesk, name: ListName, body: Joining) -> Response:
    """All of them or none, from a day on; who stands in the other group of the target list changes it that day."""
    desk.require(Right.EDIT_LISTS)
    with desk.place() as place:
        kept = _kept(place, name)
        on = _day(kept, body.on)
        entries = [Entry(account, on, None, body.group) for account in kept.book.find_all(body.accounts)]
        edited = add(kept, name, entries)
    _note(desk, name, edited, kept.write_instant(on), body.group)
    return _json(_edited(name, edited, len(entries), written=True))


@router.post("/lists/{name}/members/removed", response_model=EditedTold, summary="Take accounts off a list")
def leave(desk: AtDesk, name: ListName, body: Leaving) -> Response:
    """From a day on; what was before stays as it was."""
    desk.require(Right.EDIT_LISTS)
    with desk.place() as place:
        kept = _kept(place, name)
        on, accounts = _day(kept, body.on), kept.book.find_all(body.accounts)
        edited = remove(kept, name, accounts, on)
    _note(desk, name, edited, kept.write_instant(on), None)
    return _json(_edited(name, edited, len(accounts), written=True))


@importing(
    router, "/lists/{name}/import", Right.EDIT_LISTS, response_model=EditedTold, summary="Import accounts into a list"
)
def import_list(desk: AtDesk, name: ListName, body: ImportAsked) -> Response:
    """All rows or none. `check` writes nothing, and tells what would be done and what is wrong with which row."""
    with desk.place() as place:
        kept = _kept(place, name)
        on = _day(kept, body.on)
        batch = entries_in(parse_csv(body.text), kept.book, kept.zone, on, body.group)
        if batch.faults and not body.check:
            return _refused(batch)
        write = not body.check
        edited = add(kept, name, batch.wanted, replace_on=on if body.replace else None, write=write)
    if write:
        _note(desk, name, edited, kept.write_instant(on), body.group)
    return _json(_edited(name, edited, _rows(batch), written=write, faults=batch.faults))


@router.get("/tiers", response_model=None, responses=answers(TiersTold), summary="Every tier")
def all_tiers(desk: AtDesk) -> Response:
    """How many accounts have which, and what the next refresh will change."""

    def make(place: Place) -> dict[str, Any]:
        found = tiers(place.lists, _now(place))
        counts = [{"tier": tier, "accounts": count} for tier, count in found.counts.items()]
        return {**_about(desk, place), "tiers": counts, "pending": found.pending, "coming": found.coming}

    return desk.fresh(make)


@router.post("/tiers", response_model=TieredTold, summary="Set the tier of accounts")
def change_tiers(desk: AtDesk, body: TiersAsked) -> Response:
    """From a day on; it stands above what a source says."""
    desk.require(Right.EDIT_LISTS)
    with desk.place() as place:
        kept = place.lists
        on = _day(kept, body.on)
        wanted = [(account, body.tier, on) for account in kept.book.find_all(body.accounts)]
        news = set_tiers(kept, wanted)
    _note_tiers(desk, news, kept.write_instant(on), body.tier)
    return _json(_tiered(news, wanted, len(wanted), written=True))


@importing(router, "/tiers/import", Right.EDIT_LISTS, response_model=TieredTold, summary="Import tiers")
def import_tiers(desk: AtDesk, body: TiersImportAsked) -> Response:
    """All rows or none, each with its tier and from when on. `check` writes nothing."""
    with desk.place() as place:
        kept = place.lists
        on = _day(kept, body.on)
        batch = tiers_in(parse_csv(body.text), kept.book, kept.zone, on)
        if batch.faults and not body.check:
            return _refused(batch)
        news = set_tiers(kept, batch.wanted, write=not body.check)
    if not body.check:
        _note_tiers(desk, news, kept.write_instant(on), None)
    return _json(_tiered(news, batch.wanted, _rows(batch), written=not body.check, faults=batch.faults))


def _kept(place: Place, name: str) -> Lists:
    kept = place.lists
    if name not in kept.names():
        raise missing(f"There is no list '{name}'.", suggest(name, kept.names()) or "GET /api/v1/lists tells all.")
    return kept


def _now(place: Place) -> datetime:
    """Now; not before what the figures rest on."""
    return max(place.snapshot.as_of, utc_now())


def _day(kept: Lists, on: str | None) -> datetime:
    return instant(on, kept.zone) or today(kept.zone)


def _about(desk: Desk, place: Place) -> dict[str, Any]:
    may = Right.EDIT_LISTS in desk.rights
    return {"snapshot": place.snapshot.id, "as_of": place.snapshot.as_of, "may_edit": may}


def _wanted(rows: Sequence[dict[str, object]], asked: MembersAsked, place: Place) -> list[dict[str, object]]:
    """Those whose id, name or domain holds the words searched, and for which the condition holds."""
    word = asked.search.strip().lower()
    fits = accounts_where(asked.where, place.session) if asked.where else None
    return [
        row
        for row in rows
        if any(word in str(row[part] or "").lower() for part in ("account_id", "name", "domain"))
        and (fits is None or row["account_id"] in fits)
    ]


def _written(value: object, kept: Lists) -> object:
    return kept.write_instant(value) if isinstance(value, datetime) else value


def _rows(batch: Batch[Any]) -> int:
    return len(batch.wanted) + len(batch.faults)


def _refused(batch: Batch[Any]) -> Response:
    """Nothing was written: what is wrong with which row, in words and for machines."""
    told = "; ".join(map(str, batch.faults[:MANY])) + (" …" if len(batch.faults) > MANY else "")
    mend = "Mend these rows and send all of them again."
    return problem(422, f"Nothing was changed: {told}", mend=mend, kind="faulty-rows", faults=_faults(batch.faults))


def _faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{**asdict(fault), "meant": list(fault.meant)} for fault in faults]


def _edited(name: str, edited: Edited, rows: int, *, written: bool, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    counts = {fate: len(ids) for fate, ids in vars(edited).items()}
    told = {"name": name, "file": f"{LISTS}/{name}.csv", "written": written, "rows": rows, **counts}
    return told | {"faults": _faults(faults), "mend": THEN}


def _tiered(
    news: Sequence[str], wanted: Sequence[Tiered], rows: int, *, written: bool, faults: Sequence[Fault] = ()
) -> dict[str, Any]:
    told = {"file": TIERS, "written": written, "rows": rows, "changed": len(news)}
    return told | {"unchanged": len(wanted) - len(news), "faults": _faults(faults), "mend": THEN}


def _note(desk: Desk, name: str, edited: Edited, on: str, group: str | None) -> None:
    fates = {fate: _listed(ids) for fate, ids in vars(edited).items() if ids and fate != "unchanged"}
    if fates:
        note(desk.request, "change list", name, on=on, **({"group": group} if group else {}), **fates)


def _note_tiers(desk: Desk, news: Sequence[str], on: str, tier: str | None) -> None:
    if news:
        note(desk.request, "set tiers", tier or "", on=on, accounts=_listed(news))


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:NOTED]) + (f" and {len(ids) - NOTED} more" if len(ids) > NOTED else "")


def _json(told: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(formats.json_bytes(told), status, headers, media_type=formats.JSON)
