"""Reads every definition, built-in and the workspace's own, and finds all that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from accountlens.catalog import checks
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.document import Document
from accountlens.catalog.entity_files import load_entities
from accountlens.catalog.fact_files import FactFile, from_settings, in_order, load_fact_files
from accountlens.catalog.kpi_files import KpiFile, OptionFile
from accountlens.catalog.kpi_options import choose, shared_options
from accountlens.catalog.profile_files import load_profiles
from accountlens.catalog.settings import Settings
from accountlens.catalog.yamlfile import read_yaml_file
from accountlens.errors import Problem, ProblemsError
from accountlens.language.kpi import Option
from accountlens.language.tables import MADE_TABLES, SQL_TYPES, Entity, Fact

BUILT_IN = Path(__file__).parent
Schemas = Mapping[str, Sequence[tuple[str, str]]]


def load_catalog(settings: Settings, workspace: Path | None = None, schemas: Schemas | None = None) -> Catalog:
    """The whole catalog, or `ProblemsError` with everything wrong. Warnings stay in `catalog.problems`.

    `schemas` are the columns of the tables as they stand in the store, where there is one.
    """
    folders = [BUILT_IN, *([workspace] if workspace else [])]
    entities, problems = load_entities([folder / "entities" for folder in folders])
    files, found = load_fact_files([folder / "facts" for folder in folders], settings)
    problems += found
    order, found = in_order(files, {*entities, *MADE_TABLES})
    problems += found
    references = _references(entities)
    tables = {name: _entity_columns(entity, (schemas or {}).get(name)) for name, entity in entities.items()}
    tables |= {name: dict((schemas or {}).get(name, columns.items())) for name, columns in MADE_TABLES.items()}
    facts, found = checks.describe_facts(order, tables, entities, references, settings.time_zone)
    problems += found
    kpis, found = _load_kpis(folders, facts, settings)
    problems += found
    facts |= _fitted_as_set(facts, kpis, settings.kpi_options)
    profiles, found = load_profiles(BUILT_IN / "profiles")
    problems += found
    profiles |= {name: profile.plain() for name, profile in settings.profiles.items()}
    catalog = Catalog(entities, facts, kpis, references, settings.kpi_options, profiles)
    problems += checks.check_kpis(catalog, settings.time_zone)
    problems += checks.check_settings(catalog)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError([problem for problem in problems if problem.severity == "error"])
    return Catalog(entities, facts, kpis, references, settings.kpi_options, profiles, tuple(problems))


def _references(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Which entity a column of that name points to, in whatever table it stands."""
    found = {column.name: column.references for entity in entities.values() for column in entity.columns.values()}
    named = {name: target for name, target in found.items() if target}
    keys = {entity.key[0]: name for name, entity in entities.items() if len(entity.key) == 1 and entity.label}
    return {**keys, **named, "ultimate_parent_id": "accounts"}


def _entity_columns(entity: Entity, stored: Sequence[tuple[str, str]] | None) -> dict[str, str]:
    if stored:
        return dict(stored)
    columns = {column.name: SQL_TYPES[column.type] for column in entity.columns.values()}
    money = {f"{column.name}_given": "DOUBLE" for column in entity.columns.values() if column.type == "money"}
    given = {"account_id_given": "VARCHAR"} if "account_id" in columns and entity.name != "accounts" else {}
    parent = {"ultimate_parent_id": "VARCHAR"} if entity.name == "accounts" else {}
    return columns | money | given | parent


def _load_kpis(
    folders: Sequence[Path], facts: Mapping[str, Fact], settings: Settings
) -> tuple[dict[str, KpiDefinition], list[Problem]]:
    kpis: dict[str, KpiDefinition] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted((folder / "kpis").glob("**/*.yaml")):
            shown = str(path.relative_to(folder))
            document, found = read_yaml_file(path, shown)
            if found or not isinstance(document.data, dict):
                problems += found or [Problem(shown, 1, "The file is empty.")]
                continue
            origin = "built-in" if folder == BUILT_IN else "workspace"
            if path.stem in kpis and origin == "workspace":
                origin = "workspace, overrides built-in"
            definition, found = read_definition(path, document, facts, settings, origin)
            problems += found
            if definition is not None:
                kpis[definition.name] = definition
    return kpis, problems


def read_definition(
    path: Path, document: Document, facts: Mapping[str, Fact], settings: Settings, origin: str
) -> tuple[KpiDefinition | None, list[Problem]]:
    """What a KPI file says; its name is the file's, its family the folder's."""
    data: dict[str, Any] = document.data
    family = path.parent.name if path.parent.name != "kpis" else "own"
    try:
        options = _options(data, facts, settings)
        file = KpiFile.model_validate(choose(data, {name: option.default for name, option in options.items()}))
    except ValidationError as error:
        return None, [checks.misfit(document, item) for item in error.errors()]
    except (ValueError, TypeError) as error:
        return None, [document.problem((), str(error))]
    definition = KpiDefinition(
        name=path.stem, family=family, label=file.label, asks=file.asks, unit=file.unit, good=file.good,
        leads=file.leads, review=file.review, formula_text=file.formula, options=options,
        sources=tuple(file.sources), notes=file.notes, related=tuple(file.related), file=document.file,
        origin=origin, document=document, composed=file.composed, also=tuple(file.also), takes=file.takes,
    )  # fmt: skip
    return definition, []


def _options(data: dict[str, Any], facts: Mapping[str, Fact], settings: Settings) -> dict[str, Option]:
    """The documented options. One without default or values takes the default of a fact's parameter of that name.

    The facts the KPI names come first; the others count where it takes another KPI in whole.
    """
    used = [*_used(data.get("measures"), facts), *facts.values()]
    options = shared_options(data.get("unit"), data.get("interval"))
    for name, raw in (data.get("options") or {}).items():
        item = OptionFile.model_validate(raw or {})
        values = tuple(item.values)
        default = from_settings(item.default, settings)
        if default is None and values:
            default = values[0]
        elif default is None and not (raw and "default" in raw):
            default = next((fact.parameters[name] for fact in used if name in fact.parameters), None)
        between = options[name].between if name in options else None
        options[name] = Option(name, default, values, between if item.above is None else (item.above, inf))
    return options


def _used(written: Any, facts: Mapping[str, Fact]) -> Iterator[Fact]:
    """The facts that measures name as they are written, and those beneath them."""
    if isinstance(written, dict | list):
        for item in written.values() if isinstance(written, dict) else written:
            yield from _used(item, facts)
    elif isinstance(written, str) and written in facts:
        yield facts[written]
        for name in facts[written].reads:
            yield from _used(name, facts)


def _fitted_as_set(
    facts: Mapping[str, Fact], kpis: Mapping[str, KpiDefinition], asked: Mapping[str, Mapping[str, Any]]
) -> dict[str, Fact]:
    """Modelled facts with what `kpi_options` set for KPIs about them: a model is fitted that way, and no other."""
    found = {}
    for fact in (fact for fact in facts.values() if fact.model):
        wanted: dict[str, Any] = {}
        for definition in kpis.values():
            if fact.name in set(_facts_named(definition.document.data)):
                wanted |= {**asked.get("all", {}), **asked.get(definition.name, {})}
        own = {name: value for name, value in wanted.items() if name in fact.parameters}
        found[fact.name] = replace(fact, parameters={**fact.parameters, **own})
    return found


def _facts_named(value: Any) -> Iterator[str]:
    """Every fact a KPI file names, under whatever options."""
    if isinstance(value, dict):
        fact = value.get("fact")
        yield from map(str, fact.values() if isinstance(fact, dict) else [fact])
        for item in value.values():
            yield from _facts_named(item)


def fact_parameters(file: FactFile, files: Mapping[str, FactFile]) -> dict[str, Any]:
    """Own parameters over those of the facts beneath."""
    merged: dict[str, Any] = {}
    for name in file.reads:
        if name in files:
            merged |= fact_parameters(files[name], files)
    return merged | dict(file.header.parameters)
