"""The catalog: every KPI in short, and one whole, with where it comes from and whether it can be known here."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from accountlens.catalog.catalog import Catalog, family_order
from accountlens.catalog.definition import KpiDefinition
from accountlens.engine.dimensions import shared_dimensions
from accountlens.engine.explain import sentence
from accountlens.engine.tracing import bind_words
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.kpi import Kpi, Option
from accountlens.language.periods import GRAINS
from accountlens.language.query import COMPARISONS
from accountlens.pages.cards import usual_cards
from accountlens.pages.lineage import lineage
from accountlens.pages.usual_columns import usual_columns
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.catalog_models import CatalogTold, DefinitionTold
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import missing, plain
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["catalog"])
TRAITS = ("name", "family", "label", "also", "asks", "unit", "good", "leads", "review", "origin")


@router.get("/catalog", response_model=None, responses=answers(CatalogTold), summary="Every KPI, in short")
def catalog(desk: AtDesk) -> Response:
    """By family in the order of an account's life; with what can be asked of the workspace besides."""
    return desk.tell(_catalog)


@router.get("/catalog/{kpi}", response_model=None, responses=answers(DefinitionTold), summary="One KPI, whole")
def definition(
    desk: AtDesk, kpi: Annotated[str, Path(examples=["win_rate"], description="Its name; options may follow.")]
) -> Response:
    """Formula, measures, options, dimensions, lineage down to the sources, and what its data lack."""
    return desk.tell(lambda place: defined(kpi, place))


def _catalog(place: Place) -> dict[str, Any]:
    found = family_order(place.catalog.kpis.values())
    accounts = place.catalog.facts["accounts"].columns
    return {
        "snapshot": place.snapshot.id,
        "currency": place.workspace.house.currency,
        "time_zone": place.workspace.house.time_zone,
        "as_of": place.snapshot.as_of,
        "kpis": [in_short(one, place) for one in found],
        "cards": usual_cards(place.opened.untold),
        "columns": usual_columns(place.opened),
        "families": list(dict.fromkeys(one.family for one in found)),
        "attributes": {name: kind for name, kind in accounts.items() if not name.endswith("_given")},
        "profiles": {name: one.about.strip() for name, one in sorted(place.catalog.profiles.items())},
        "grains": GRAINS,
        "comparisons": COMPARISONS,
    }


def in_short(one: KpiDefinition, place: Place) -> dict[str, Any]:
    """A KPI in a line, and whether it can be known here."""
    kpi = place.catalog.kpi(Asked(one.name))
    lacks = place.opened.untold.lacking(kpi)
    told = {name: getattr(one, name) for name in TRAITS}
    return told | {"unit": kpi.unit, "interval": kpi.interval is not None, "known": not lacks, "lacks": lacks}


def defined(name: str, place: Place) -> dict[str, Any]:
    """A KPI as it is asked, whole; `RefusedError` where there is none."""
    asked = parse_asked(name)
    if asked.name not in place.catalog.kpis:
        raise missing(*_unknown(asked.name, place.catalog))
    one, kpi = place.catalog.definition(asked.name), place.catalog.kpi(asked)
    facts = [place.catalog.facts[fact] for fact in dict.fromkeys(m.fact for m in kpi.measures.values())]
    return {
        **in_short(one, place),
        "composed": one.composed,
        "formula": kpi.formula_text,
        "measures": [_measure(measure, kpi) for measure in kpi.measures],
        "options": [_option(option, kpi) for option in one.options.values()],
        "dimensions": shared_dimensions(place.catalog, facts),
        "notes": plain(one.notes.strip(), place.workspace.folder),
        "related": [other for other in one.related if other in place.catalog.kpis],
        "sources": one.sources,
        "file": one.file,
        "mend": [_mend(need, place) for need in place.opened.untold.lacking(kpi)],
        "lineage": lineage(
            kpi, place.catalog, place.snapshot, place.workspace.settings, whole=place.session.seen is None
        ),
    }


def _unknown(name: str, catalog: Catalog) -> tuple[str, str | None]:
    from accountlens.errors import suggest

    return f"No KPI named '{name}'.", suggest(name, catalog.kpis) or "/api/v1/catalog lists all."


def _measure(name: str, kpi: Kpi) -> dict[str, Any]:
    measure = kpi.measures[name]
    return {"name": name, "fact": measure.fact, "sentence": bind_words(sentence(measure), kpi)}


def _option(option: Option, kpi: Kpi) -> dict[str, Any]:
    told = {"name": option.name, "value": kpi.options.get(option.name), "default": option.default}
    return told | {"values": list(option.values), "between": option.between}


def _mend(need: str, place: Place) -> dict[str, Any]:
    """How to add an entity that is not there, or a column that no row fills."""
    entity, _, column = need.partition(".")
    told = place.catalog.entities[entity]
    if column:
        what = f"Map the column that tells it to '{column}' of {entity}; then refresh."
        return {"entity": need, "about": told.about.strip(), "required": [], "mend": what}
    required = [name for name, column in told.columns.items() if column.required]
    what = f"Map a table to '{entity}' ({', '.join(required)}), or add a file {entity}.csv to a source; then refresh."
    return {"entity": entity, "about": told.about.strip(), "required": required, "mend": what}
