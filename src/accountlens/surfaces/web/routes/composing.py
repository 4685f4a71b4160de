"""KPIs by formula: what they may be made of, a draft computed while it is typed, kept, changed, removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any, NoReturn

import duckdb
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from accountlens.boards import notes
from accountlens.catalog.catalog import family_order
from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.drafts import NAME, Draft, Fault, draft_of, try_draft
from accountlens.catalog.kpi_options import OF_THE_WHOLE
from accountlens.engine.dimensions import shared_dimensions
from accountlens.engine.explain import in_numbers, sentence
from accountlens.engine.run import ask
from accountlens.engine.tracing import bind_words
from accountlens.engine.untold import Untold
from accountlens.errors import AccountlensError
from accountlens.kpi_uses import Use, uses_of
from accountlens.language.asked import Asked
from accountlens.language.formula import FUNCTIONS, PERIOD_WORDS, show
from accountlens.language.kpi import UNITS, Kpi
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot
from accountlens.people.rights import Right
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.composing_models import (
    ChangedKpi,
    ComposedTold,
    DraftTold,
    KeptKpi,
    MeasuresTold,
    Typed,
    UsesTold,
)
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError, missing
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import note, store_of
from accountlens.workspace import Workspace
from accountlens.workspace.defining import ChangedMeanwhileError, FaultyDraftError, StaysError

router = APIRouter(tags=["catalog"])
UNNAMED = "the_draft"
YEAR = "last-12-months"
SPLITS = ("tier", "segment", "industry", "region", "owner_id")  # the first that all measures share


@router.get("/measures", response_model=None, responses=answers(MeasuresTold), summary="What formulas may name")
def measures(desk: AtDesk) -> Response:
    """Every KPI with its measures, each with what it counts, the functions, and words about the period."""

    def made(place: Place) -> dict[str, Any]:
        functions = [{"name": name, "least": least, "most": most} for name, (least, most) in FUNCTIONS.items()]
        kpis = [_taken(one, place) for one in family_order(place.catalog.kpis.values())]
        return {"kpis": kpis, "functions": functions, "words": list(PERIOD_WORDS), "units": list(UNITS)}

    return desk.tell(made)


@router.post("/catalog/preview", response_model=None, responses=answers(ComposedTold), summary="What a draft comes to")
def preview(desk: AtDesk, body: Typed) -> Response:
    """Nothing is kept: its faults with their place in the formula; its value, twelve months, and by tier."""
    desk.require(Right.DEFINE_KPIS)
    return desk.tell(lambda place: _preview(body, place), key=body.model_dump_json())


@router.post("/catalog", status_code=201, response_model=None, responses={201: {"model": KeptKpi}})
def compose(request: Request, desk: AtDesk, body: Draft) -> Response:
    """Keep a new KPI as a file of the workspace, to be asked at once; 422 with its faults where it has any."""
    desk.require(Right.DEFINE_KPIS)
    with _telling():
        file = _workspace(desk).compose_kpi(body)
    note(request, "kpi_composed", body.name, file=file, formula=body.formula)
    return _kept(desk, body.name, file, 201)


@router.get("/catalog/{kpi}/draft", response_model=None, responses=answers(DraftTold), summary="To be changed")
def draft(desk: AtDesk, kpi: str) -> Response:
    """What a composed KPI was composed of; 404 of others, which stand in files alone."""

    def made(place: Place) -> dict[str, Any]:
        found = place.catalog.kpis.get(kpi)
        told = draft_of(found) if found else None
        if found is None or told is None:
            raise missing(f"No KPI '{kpi}' was composed here.", "Compose one that takes it: POST /api/v1/catalog.")
        return {"draft": told.model_dump(), "version": place.catalog.written()[kpi], "file": found.file}

    return desk.tell(made)


@router.put("/catalog/{kpi}", response_model=None, responses={200: {"model": KeptKpi}}, summary="Change a composed KPI")
def change(request: Request, desk: AtDesk, kpi: str, body: ChangedKpi) -> Response:
    """Only what was composed is changed so; 409 where somebody changed it meanwhile.

    Another name is refused where something asks it by the one it has: these are named. Notes and benchmarks go along.
    """
    desk.require(Right.DEFINE_KPIS)
    _known(desk, kpi)
    renamed = {"name": [kpi, body.name]} if body.name != kpi else {}
    if renamed and (using := _uses(request, desk, kpi)):
        _refuse(kpi, using, "Take it from these first, or give it another label: the label is what people see.")
    with _telling():
        file = _workspace(desk).change_kpi(Draft(**body.model_dump(exclude={"version"})), body.version, kpi)
    if renamed:
        notes.hand_on(store_of(request), kpi, body.name)
    note(request, "kpi_changed", kpi, file=file, formula=body.formula, **renamed)
    return _kept(desk, body.name, file)


@router.get("/catalog/{kpi}/uses", response_model=None, responses=answers(UsesTold), summary="Where it is used")
def uses(request: Request, desk: AtDesk, kpi: str) -> Response:
    """What names a KPI, to be told before it is removed: what `holds` it back, and what would show the rest."""
    desk.require(Right.DEFINE_KPIS)
    _known(desk, kpi)
    found = [asdict(one) for one in _uses(request, desk, kpi)]
    takers, in_settings = _workspace(desk).takers_of(kpi)
    made = [Use("KPIs", takers)] if takers else []
    made += [Use("settings", ["kpi_options, a profile or push"])] if in_settings else []
    return desk.fresh(lambda _: {"uses": [*map(asdict, made), *found]})


@router.delete("/catalog/{kpi}", status_code=204, summary="Remove a composed KPI")
def remove(request: Request, desk: AtDesk, kpi: str) -> None:
    """Refused where a dashboard, a target, an alert, a delivery or another KPI needs it: these are named."""
    desk.require(Right.DEFINE_KPIS)
    _known(desk, kpi)
    if holding := [one for one in _uses(request, desk, kpi) if one.holds]:
        _refuse(kpi, holding, "Take it from these first.")
    with _telling():
        _workspace(desk).remove_kpi(kpi)
    note(request, "kpi_removed", kpi)


def _uses(request: Request, desk: AtDesk, kpi: str) -> list[Use]:
    return uses_of(kpi, store_of(request), desk.viewer, desk.rights)


def _refuse(kpi: str, using: Sequence[Use], mend: str) -> NoReturn:
    raise RefusedError(409, f"'{kpi}' is used by {'; '.join(map(str, using))}.", mend=mend, kind="in-use")


def _workspace(desk: AtDesk) -> Workspace:
    """Its files as they are now, whatever is served."""
    return Workspace(desk.server.hall.folder)


def _known(desk: AtDesk, kpi: str) -> None:
    with desk.place() as place:
        if kpi not in place.catalog.kpis:
            raise missing(f"No KPI named '{kpi}'.", "/api/v1/catalog lists all.")


@contextmanager
def _telling() -> Iterator[None]:
    """Refusals with the status each has on the wire."""
    try:
        yield
    except FaultyDraftError as error:
        where = error.faults[0].field or None
        raise RefusedError(422, error.what, where, error.mend, kind="faulty-draft") from error
    except ChangedMeanwhileError as error:
        raise RefusedError(409, error.what, mend=error.mend, kind="stale") from error
    except StaysError as error:
        raise RefusedError(409, error.what, mend=error.mend, kind="in-use") from error


def _kept(desk: AtDesk, name: str, file: str, status: int = 200) -> Response:
    """Told out of the catalog that is served from now on."""
    told = desk.fresh(lambda place: {"name": name, "file": file, "version": place.catalog.written()[name]})
    told.status_code = status
    return told


def _taken(one: KpiDefinition, place: Place) -> dict[str, Any]:
    kpi = place.catalog.kpi(Asked(one.name))
    options = [
        {"name": option.name, "value": kpi.options.get(option.name), "values": list(option.values)}
        for option in one.options.values()
        if option.name not in OF_THE_WHOLE
    ]
    told = {name: getattr(one, name) for name in ("name", "label", "asks", "family")}
    return {
        **told,
        "unit": kpi.unit,
        "known": not place.opened.untold.lacking(kpi),
        "options": options,
        "measures": [
            {"name": f"{one.name}.{name}", "sentence": bind_words(sentence(measure), kpi)}
            for name, measure in kpi.measures.items()
            if "." not in name
        ],
    }


def _preview(body: Typed, place: Place) -> dict[str, Any]:
    name = body.name if re.fullmatch(NAME, body.name) and body.name not in place.catalog.kpis else UNNAMED
    name = body.replacing or name
    told = Draft.model_construct(
        name=name, label=name, asks=name, unit=body.unit, good=body.good, formula=body.formula, takes=body.takes
    )
    tried = try_draft(told, place.catalog, place.workspace.settings, body.replacing)
    faults = [*_of_name(body, place), *tried.faults]
    found: dict[str, Any] = {
        "faults": [asdict(one) for one in faults], "kpi": name, "formula": None, "numbers": None, "by": None,
        "lacks": [], "total": None, "months": None, "groups": None,
    }  # fmt: skip
    if tried.catalog is None or tried.kpi is None:
        return found
    opened = replace(place.opened, catalog=tried.catalog)
    found["formula"] = show(tried.kpi.formula)
    found["lacks"] = Untold(tried.catalog, opened.available, opened.untold.empty).lacking(tried.kpi)
    try:
        return found | _figures(name, tried.kpi, opened, body)
    except (AccountlensError, duckdb.BinderException, duckdb.ConversionException) as error:
        what = error.what if isinstance(error, AccountlensError) else "It cannot be computed with these options."
        fault = Fault("formula", what, getattr(error, "mend", None) or "")
        return found | {"faults": [*found["faults"], asdict(fault)]}


def _of_name(body: Typed, place: Place) -> list[Fault]:
    if body.name and body.name != body.replacing:
        if not re.fullmatch(NAME, body.name):
            return [Fault("name", "A name has small letters, digits and _.", "Begin with a letter.")]
        if body.name in place.catalog.kpis:
            return [Fault("name", f"A KPI '{body.name}' is there already.", "Choose another name.")]
    return []


def _figures(name: str, kpi: Kpi, opened: OpenSnapshot, body: Typed) -> dict[str, Any]:
    """Its total, months and groups, by the sight of who asks."""
    catalog = opened.catalog
    shared = shared_dimensions(catalog, [catalog.facts[fact] for fact in {m.fact for m in kpi.measures.values()}])
    by = next((one for one in SPLITS if one in shared), None)
    total = Query((Asked(name),), period=YEAR, where=body.where, scope=body.scope)
    ground = opened.ground(total)

    def answer(query: Query) -> Any:
        return ask(query, ground, opened.session, opened.backdrop)

    whole = answer(replace(total, compare=("previous",)))
    groups = answer(replace(total, by=(by,))).series().to_json_arrays() if by else None
    return {
        "numbers": in_numbers(whole, ground),
        "by": by,
        "total": whole.series().to_json_arrays(),
        "months": answer(replace(total, grain="month")).series().to_json_arrays(),
        "groups": groups,
    }
