"""Targets: those in force with their pace, set, retired, split over parts and gathered, imported and exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from accountlens.lists.batch import Fault
from accountlens.lists.files import parse_csv
from accountlens.pacing.telling import (
    told_cascade,
    told_scope,
    told_span,
    told_targets,
    told_version,
)
from accountlens.people.rights import Right
from accountlens.people.users import users
from accountlens.surfaces.web import formats
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.importing import importing
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError, problem
from accountlens.surfaces.web.questions import instant
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note, store_of
from accountlens.surfaces.web.target_models import (
    CascadeTold,
    Gathering,
    HistoryTold,
    ImportTold,
    NewTarget,
    PartsAsked,
    Retiring,
    ScopesAsked,
    ScopesTold,
    Splitting,
    TargetsAsked,
    TargetsImport,
    TargetsTold,
    TargetTold,
)
from accountlens.targets.book import Targets
from accountlens.targets.cascade import apply, gather, gathered, split
from accountlens.targets.files import exported, imported
from accountlens.targets.fitting import Wish
from accountlens.targets.kept import NoTargetError
from accountlens.targets.target import Target, write_amount

router = APIRouter(tags=["targets"])
Id = Annotated[str, Path(min_length=1, max_length=40)]
MANY = 20  # faults that a refusal tells in words


@router.get(
    "/targets", response_model=None, responses=answers(TargetsTold, formats.CSV), summary="Targets and how they run"
)
def all_targets(desk: AtDesk, asked: Annotated[TargetsAsked, Query()]) -> Response:
    """Those in force of what one sees whole; `Accept: text/csv` gives what can be imported again."""
    media = formats.wanted(desk.request, formats.JSON, formats.CSV)

    def make(place: Place) -> Any:
        book = place.workspace.targets()
        at = instant(asked.as_of, place.workspace.house.time_zone)
        found = book.wanted(asked.kpi, asked.scope, asked.period, at)
        if media == formats.CSV:
            return exported(book, found).encode()
        may = Right.SET_TARGETS in desk.rights
        shown, after = asked.page(asked.limit).of(found, place.snapshot.id)
        told = told_targets(book, shown, _names(desk), may, at, asked.pace)
        about: dict[str, Any] = {"snapshot": place.snapshot.id, "currency": place.workspace.house.currency}
        about |= {"as_of": at or place.snapshot.as_of, "edition": book.edition, "may_set": may}
        return {**about, "scopes": book.kinds, "total": len(found), "targets": told, "next": after}

    return desk.tell(make, media=media, key=f"{desk.server.hall.targets_edition} {Right.SET_TARGETS in desk.rights}")


@router.get("/targets/scopes", response_model=None, responses=answers(ScopesTold), summary="Of whom targets can be")
def scopes(desk: AtDesk, asked: Annotated[ScopesAsked, Query()]) -> Response:
    """Owners, tiers, segments … all of whose accounts one sees, by name."""

    def make(place: Place) -> dict[str, Any]:
        book, word = place.workspace.targets(), asked.search.strip().casefold()
        found = [told_scope(book, one) for one in book.settable(asked.kind)]
        found = [one for one in found if word in f"{one['name']}\n{one['value']}".casefold()]
        about: dict[str, Any] = {"snapshot": place.snapshot.id, "today": book.today, "kinds": book.kinds}
        about |= {"fiscal_year_starts": book.fiscal_starts, "may_set": Right.SET_TARGETS in desk.rights}
        shown, after = asked.page(asked.limit).of(found, place.snapshot.id)
        return {**about, "total": len(found), "scopes": shown, "next": after}

    return desk.tell(make, key=str(Right.SET_TARGETS in desk.rights))


@router.post("/targets", status_code=201, response_model=None, responses={201: {"model": TargetTold}})
def set_target(desk: AtDesk, body: NewTarget) -> Response:
    """Set a target; where there is one of that KPI, scope and period, this is its new version."""
    with _changing(desk) as book:
        wish = Wish(body.kpi, body.scope, body.period, body.amount, body.base, body.note)
        found = book.set([wish], desk.viewer.id)
        told = told_targets(book, found, _names(desk), True)[0]
    _note(desk, "set target", found)
    return _json(told, 201)


@importing(router, "/targets/import", Right.SET_TARGETS, response_model=ImportTold, summary="Import targets")
def import_targets(desk: AtDesk, body: TargetsImport) -> Response:
    """All rows or none. `check` writes nothing, and tells what would be set and what is wrong with which cell."""
    with _changing(desk) as book:
        found = imported(book, parse_csv(body.text), desk.viewer.id)
        if found.faults and not body.check:
            return _refused(found.faults)
        if not body.check:
            book.keep(found.wanted)
    if not body.check:
        _note(desk, "import targets", found.wanted)
    left = found.unchanged + found.empty
    told = {"written": not body.check, "rows": len(found.wanted) + left + len(found.faults)}
    told |= {"set": len(found.wanted), "unchanged": found.unchanged, "empty": found.empty}
    return _json({**told, "faults": _faults(found.faults)})


@router.get("/targets/{id_}/history", response_model=None, responses=answers(HistoryTold), summary="Every version")
def history(desk: AtDesk, id_: Id) -> Response:
    """What it was, who set it when, and why."""

    def make(place: Place) -> dict[str, Any]:
        book = place.workspace.targets()
        with _there():
            versions = book.history(id_)
        one, names = versions[-1], _names(desk)
        about = {"id": id_, "kpi": one.kpi, "scope": told_scope(book, one.scope), "period": told_span(one.span)}
        return {**about, "versions": [told_version(each, names) for each in versions]}

    return desk.fresh(make)


@router.post("/targets/{id_}/retire", response_model=None, responses=answers(TargetTold), summary="Retire a target")
def retire(desk: AtDesk, id_: Id, body: Retiring) -> Response:
    """From now on it is none any more; its history stays."""
    with _changing(desk) as book:
        gone = book.retire(id_, desk.viewer.id, body.note)
        told = told_targets(book, [gone], _names(desk), True)[0]
    _note(desk, "retire target", [gone])
    return _json(told)


@router.get("/targets/{id_}/parts", response_model=None, responses=answers(CascadeTold), summary="Its parts by now")
def parts(desk: AtDesk, id_: Id, asked: Annotated[PartsAsked, Query()]) -> Response:
    """What is set beneath it, what that adds up to, and what it is short of."""

    def make(place: Place) -> dict[str, Any]:
        book = place.workspace.targets()
        with _there():
            return told_cascade(book, gathered(book, id_, asked.over))

    return desk.fresh(make)


@router.post("/targets/{id_}/cascade", response_model=None, responses=answers(CascadeTold), summary="Split a target")
def cascade(desk: AtDesk, id_: Id, body: Splitting) -> Response:
    """Over owners, tiers, months …, in whole cents; `save` keeps the parts as targets, else they are only told."""
    with _changing(desk) as book:
        found = split(book, id_, body.over, body.how, body.weights, body.among)
        kept = apply(book, found, desk.viewer.id, body.note) if body.save else []
        told = told_cascade(book, found, len(kept))
    _note(desk, "split target", kept)
    return _json(told)


@router.post("/targets/{id_}/gather", response_model=None, responses=answers(TargetTold), summary="Sum its parts up")
def gather_parts(desk: AtDesk, id_: Id, body: Gathering) -> Response:
    """Set it to what its parts add up to: the cascade, back."""
    with _changing(desk) as book:
        one = gather(book, gathered(book, id_, body.over), desk.viewer.id, body.note)
        told = told_targets(book, [one], _names(desk), True)[0]
    _note(desk, "set target", [one])
    return _json(told)


@contextmanager
def _changing(desk: Desk) -> Iterator[Targets]:
    """Where targets are changed, by who may."""
    desk.require(Right.SET_TARGETS)
    with desk.place() as place, _there():
        yield place.workspace.targets()


@contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except NoTargetError as error:
        raise RefusedError(404, error.what, mend="GET /api/v1/targets tells all.") from error


def _names(desk: Desk) -> dict[str, str]:
    return {one.id: one.name for one in users(store_of(desk.request))}


def _refused(faults: Sequence[Fault]) -> Response:
    told = "; ".join(map(str, faults[:MANY])) + (" …" if len(faults) > MANY else "")
    mend = "Mend these rows and send all of them again."
    return problem(422, f"Nothing was changed: {told}", mend=mend, kind="faulty-rows", faults=_faults(faults))


def _faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{**asdict(fault), "meant": list(fault.meant)} for fault in faults]


def _note(desk: Desk, action: str, targets: Sequence[Target]) -> None:
    for one in targets:
        note(desk.request, action, one.id, target=str(one), amount=write_amount(one.amount))


def _json(told: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(formats.json_bytes(told), status, headers, media_type=formats.JSON)
