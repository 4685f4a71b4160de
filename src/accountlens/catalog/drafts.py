"""A KPI composed in the application: a formula over what the catalog holds, checked as a file is, told as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from accountlens.catalog import checks
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.kpi_options import OF_THE_WHOLE
from accountlens.catalog.loader import read_definition
from accountlens.catalog.settings import Settings
from accountlens.catalog.taking import FORMULA_WORDS
from accountlens.catalog.units import KINDS, WORDS, Known, fits, kind_of, kind_of_measure, misfits, money_columns
from accountlens.catalog.yamlfile import read_yaml
from accountlens.errors import AccountlensError, suggest
from accountlens.language import formula as f
from accountlens.language.asked import Asked
from accountlens.language.kpi import UNITS, Kpi

OWN = "own"  # the family of what stands in `kpis/` itself
MOST_WORDS = 150  # names, numbers and signs of a formula
NAME = r"^[a-z][a-z0-9_]{1,59}$"


class Draft(BaseModel):
    """What somebody composes. `name` is what it is asked by, and its file's name."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=NAME, examples=["won_revenue_per_engaged_account"])
    label: str = Field(min_length=1, max_length=80, examples=["Won revenue per engaged account"])
    asks: str = Field(min_length=1, max_length=300, description="The question it answers.")
    family: str = Field(OWN, pattern=NAME)
    unit: str = Field(examples=["money"])
    good: Literal["up", "down", "context"] = "up"
    leads: Literal["leading", "lagging", "both"] = "lagging"
    review: Literal["weekly", "monthly", "quarterly", "annual"] = "monthly"
    formula: str = Field(min_length=1, max_length=2000, examples=["sales_revenue / engaged_accounts.engaged"])
    takes: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Options of the KPIs it takes, where not the usual ones."
    )
    notes: str = Field("", max_length=4000)
    sources: list[str] = Field(default_factory=list, max_length=20)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field; in the formula from `start` to `end`. A `note` only says what to think of."""

    field: str
    what: str
    mend: str = ""
    start: int | None = None
    end: int | None = None
    severity: str = "error"  # error | note


@dataclass(frozen=True)
class Tried:
    """A draft as the catalog would hold it: `catalog` has it where it has no fault that keeps it from being asked."""

    faults: tuple[Fault, ...]
    catalog: Catalog | None
    kpi: Kpi | None = None

    @property
    def errors(self) -> tuple[Fault, ...]:
        return tuple(one for one in self.faults if one.severity == "error")


def file_of(draft: Draft) -> str:
    """Where it stands, seen from the workspace."""
    return f"kpis/{draft.name}.yaml" if draft.family == OWN else f"kpis/{draft.family}/{draft.name}.yaml"


def text_of(draft: Draft) -> str:
    """Its file."""
    told = {
        key: value for key, value in draft.model_dump(exclude={"name", "family"}).items() if value not in ("", [], {})
    }
    told = {"label": told.pop("label"), "asks": told.pop("asks"), "composed": True, **told}
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=110)


def draft_of(definition: KpiDefinition) -> Draft | None:
    """What it was composed of, to be changed; None where it was not composed."""
    if not definition.composed or definition.origin == "built-in":
        return None
    told = {key: value for key, value in definition.document.data.items() if key != "composed"}
    return Draft(name=definition.name, family=definition.family, **told)


def try_draft(draft: Draft, catalog: Catalog, settings: Settings, replacing: str | None = None) -> Tried:
    """Check it as its file would be, in a catalog of its own; `replacing` the KPI that is called so before."""
    if replacing not in (None, draft.name):
        others = {name: one for name, one in catalog.kpis.items() if name != replacing}
        catalog = replace(catalog, kpis=others, key="")
    faults = [*_of_fields(draft, catalog, replacing), *_of_formula(draft, catalog)]
    if any(one.field in ("unit", "formula", "takes") for one in faults):
        return Tried(tuple(faults), None)
    path = Path(file_of(draft))
    document, found = read_yaml(text_of(draft), str(path))
    definition, problems = read_definition(path, document, catalog.facts, settings, "workspace")
    faults += [Fault("", one.what, one.mend) for one in (*found, *problems)]
    if definition is None:
        return Tried(tuple(faults), None)
    kpis = {**catalog.kpis, draft.name: definition}
    tried = replace(catalog, kpis=kpis, key="")
    users = [one for one in kpis.values() if one.name == draft.name or draft.name in taken_by(one)]
    faults += [
        Fault("formula" if one.file == str(path) else "", one.what, one.mend)
        for one in [*checks.check_some(tried, users, settings.time_zone), *checks.check_settings(tried)]
    ]
    if any(one.severity == "error" and one.field in ("formula", "") for one in faults):
        return Tried(tuple(faults), None)
    kpi = tried.kpi(Asked(draft.name))
    return Tried((*faults, *_of_units(draft, kpi, tried)), tried, kpi)


def taken_by(definition: KpiDefinition) -> set[str]:
    """The KPIs that a definition takes, in whole or a measure of them."""
    data = definition.document.data
    measures = data.get("measures") or {}
    words = {name.partition(".")[0] for name, _, _ in f.places(str(data.get("formula", "")))}
    whole = {str(one["kpi"]) for one in measures.values() if isinstance(one, dict) and "kpi" in one}
    return (words - set(measures)) | whole  # an own measure comes before a KPI of its name


def _of_fields(draft: Draft, catalog: Catalog, replacing: str | None) -> Iterator[Fault]:
    if draft.name != replacing and draft.name in catalog.kpis:
        whose = "built in" if catalog.kpis[draft.name].origin == "built-in" else "there already"
        yield Fault("name", f"A KPI '{draft.name}' is {whose}.", "Choose another name.")
    if draft.name in (*FORMULA_WORDS, *f.FUNCTIONS):
        yield Fault("name", f"'{draft.name}' is a word of formulas.", "Choose another name.")
    if draft.unit not in UNITS:
        yield Fault("unit", f"'{draft.unit}' is no unit ({', '.join(UNITS)}).", suggest(draft.unit, UNITS))


def _of_formula(draft: Draft, catalog: Catalog) -> Iterator[Fault]:
    """What cannot be read, and names that nothing is called."""
    if len(f.TOKEN.findall(draft.formula)) > MOST_WORDS:
        yield Fault("formula", "This formula is too long to be understood.", "Compose it of several KPIs.")
        return
    try:
        node = f.parse_formula(draft.formula)
    except f.FormulaError as error:
        yield Fault("formula", _capital(f"{error.told}."), _mend(error), error.start, error.end)
        return
    for name, start, end in f.places(draft.formula):
        called = name in f.FUNCTIONS and draft.formula[end:].lstrip().startswith("(")
        if not called and (fault := _unknown(name, catalog)):
            yield replace(fault, start=start, end=end)
    if not any(name.partition(".")[0] in catalog.kpis for name in f.names(node)):
        yield Fault("formula", "The formula names no KPI and no measure.", "Choose one from the list.")
    for name in set(draft.takes) - {word.partition(".")[0] for word in f.names(node)}:
        yield Fault("takes", f"Options are set for '{name}', which the formula does not name.", "Leave them out.")
    for name, options in draft.takes.items():
        for option, value in options.items():
            if option in OF_THE_WHOLE:
                what = f"'{option}' says how {name} is asked as a whole, so what takes it is not changed by it."
                yield Fault("takes", what, f"Ask this KPI with '{option}' instead.")
            if "$" in str(value):  # in a file that stands for another option
                yield Fault("takes", f"'{value}' is no value of '{option}' of {name}.", "Write it without '$'.")


def _unknown(name: str, catalog: Catalog) -> Fault | None:
    base, _, part = name.partition(".")
    if name in FORMULA_WORDS and name != "n":
        return None
    if base not in catalog.kpis:
        near = suggest(base, catalog.kpis) or "Search the list for what it is called."
        return Fault("formula", f"There is no KPI '{base}'.", near)
    if not part:
        return None
    try:
        known = list(catalog.kpi(Asked(base)).measures)
    except AccountlensError as error:
        return Fault("formula", error.what, error.mend or "")
    if part in known:
        return None
    return Fault("formula", f"'{base}' has no measure '{part}'.", suggest(part, known) or f"It has {', '.join(known)}.")


def _mend(error: f.FormulaError) -> str:
    if "no function" in error.told:
        return "Take one of these functions, or put a sign between a name and a bracket."
    if "missing" in error.told or "too early" in error.told:
        return "Write what is missing there."
    return "Between two names stands a sign: + - * /."


def _of_units(draft: Draft, kpi: Kpi, catalog: Catalog) -> Iterator[Fault]:
    """Units that do not fit each other, or not the one it is told in."""
    money = money_columns(catalog.entities)
    node = f.parse_formula(draft.formula)
    known = _known(catalog, money)
    found = list(misfits(node, known))
    for one in found:
        spots = [(start, end) for name, start, end in f.places(draft.formula) if name in one.names]
        start, end = (min(spots)[0], max(stop for _, stop in spots)) if spots else (None, None)
        yield Fault("formula", one.what, "Divide one by the other, or take two things of one kind.", start, end)
    kind = kind_of(node, known)
    if not found and not fits(draft.unit, kind):
        units = " or ".join(unit for unit in UNITS if KINDS[unit] == kind)
        yield Fault(
            "unit", f"The formula gives {WORDS[str(kind)]}, not {WORDS[KINDS[draft.unit]]}.", f"Choose {units}."
        )


def _known(catalog: Catalog, money: frozenset[str]) -> Known:
    def kind(name: str) -> str | None:
        base, _, part = name.partition(".")
        if base not in catalog.kpis:
            return None
        inner = catalog.kpi(Asked(base))
        return kind_of_measure(part, inner, money) if part else KINDS[inner.unit]

    return kind


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
