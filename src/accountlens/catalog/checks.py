"""What a definition must keep to: names, columns, types, time roles, one expression, no subquery."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import duckdb

from accountlens.catalog.binding import SNAPSHOT_AS_OF, Binding, Columns, Tables, create_empty, written_in
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.components import fault_of_components
from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.document import Document
from accountlens.catalog.fact_files import FactFile, FactHeader
from accountlens.catalog.intervals import fault_of_interval
from accountlens.catalog.taking import FORMULA_WORDS, formulas
from accountlens.errors import AccountlensError, Problem, suggest
from accountlens.language import formula as f
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Across, At, During, Measure, Trailing
from accountlens.language.reach import Reach
from accountlens.language.tables import Entity, Fact
from accountlens.warehouses.expand import bind, expand, parameters_in

QUIET = "SET enable_progress_bar = false"  # in a notebook it would draw into what the caller prints


def describe_facts(
    order: Sequence[FactFile],
    tables: Mapping[str, Mapping[str, str]],
    entities: Mapping[str, Entity],
    references: Mapping[str, str],
    zone: str,
) -> tuple[dict[str, Fact], list[Problem]]:
    """Facts with their columns, found by running each SELECT over empty tables."""
    facts = {name: _table(name, columns, entities.get(name), references) for name, columns in tables.items()}
    described = _describe(
        tuple((name, tuple(columns.items())) for name, columns in tables.items()), _written(order, zone)
    )
    problems: list[Problem] = []
    for file in order:
        found = described[file.name]
        if isinstance(found, Exception):
            problems.append(_sql_problem(file.document, file, found))
        facts[file.name] = _fact(file, {} if isinstance(found, Exception) else dict(found), references)
    return facts, problems


Written = tuple[
    str, "str | AccountlensError", "Columns | None"
]  # a fact's name, its SQL for DuckDB, columns it declares


def _written(order: Sequence[FactFile], zone: str) -> tuple[Written, ...]:
    """The SQL of each fact, with its own parameters over those of the facts beneath."""
    merged: dict[str, dict[str, Any]] = {}
    found: list[Written] = []
    for file in order:
        merged[file.name] = {key: value for read in file.reads for key, value in merged.get(read, {}).items()}
        merged[file.name] |= file.header.parameters
        sql: str | AccountlensError
        try:
            sql = expand(bind(file.sql, {**merged[file.name], "as_of": SNAPSHOT_AS_OF}), zone=zone)
        except AccountlensError as error:
            sql = error
        found.append((file.name, sql, tuple(file.header.columns.items()) if file.header.columns else None))
    return tuple(found)


@lru_cache(maxsize=4)  # most often a KPI has changed, and no fact
def _describe(tables: Tables, facts: tuple[Written, ...]) -> dict[str, Columns | duckdb.Error | AccountlensError]:
    """The columns of each fact, or what is wrong with its SQL."""
    described: dict[str, Columns | duckdb.Error | AccountlensError] = {}
    with duckdb.connect() as con:
        con.execute(QUIET)
        for name, columns in tables:
            create_empty(con, name, dict(columns))
        for name, sql, declared in facts:
            if isinstance(sql, AccountlensError):
                described[name] = sql
                continue
            try:
                found = con.execute(f"DESCRIBE SELECT * FROM ({sql}\n)").fetchall()
                described[name] = columns = declared or tuple((row[0], str(row[1])) for row in found)
                create_empty(con, name, dict(columns))
            except (duckdb.Error, AccountlensError) as error:
                described[name] = error
    return described


def _table(name: str, columns: Mapping[str, str], entity: Entity | None, references: Mapping[str, str]) -> Fact:
    """An entity, or a table made at refresh, as a fact of its own."""
    known = {column: references[column] for column in columns if column in references}
    about, key = (entity.about, entity.key) if entity else ("Made at every refresh.", ())
    return Fact(name, about, "", dict(columns), key, (name,), references=known)


def _fact(file: FactFile, columns: Mapping[str, str], references: Mapping[str, str]) -> Fact:
    header = file.header
    primary = [header.primary] if isinstance(header.primary, str) else header.primary
    known = {column: references[column] for column in columns if column in references}
    return Fact(
        file.name, header.about, file.sql, columns, tuple(header.key), tuple(primary or file.reads[:1]),
        header.stored, header.parameters, {**known, **header.references}, file.reads, file.document.file,
        tuple(header.fixed), header.model, header.asked, _reach(header), header.reduced,
    )  # fmt: skip


def _reach(header: FactHeader) -> Reach | None:
    told = header.reach
    return Reach(**{**dict(told), "own": tuple(told.own), "looks_back": tuple(told.looks_back)}) if told else None


def _sql_problem(document: Document, file: FactFile, error: Exception) -> Problem:
    text = str(error)
    match = re.search(r"LINE (\d+):", text)
    line = document.line(()) + file.sql.count("\n", 0, 0)
    if match:
        line += int(match[1])
    return Problem(file.document.file, line, text.split("\n\n")[0].replace("\n", " "))


def misfit(document: Document, item: Any) -> Problem:
    """A pydantic error as a problem with its line."""
    path = tuple(part for part in item["loc"])
    shown = ".".join(map(str, path))
    if item["type"] == "extra_forbidden":
        return document.problem(path, f"Unknown key '{shown}'.")
    if item["type"] == "missing":
        return document.problem(path[:-1], f"The key '{shown}' is missing.")
    return document.problem(path, f"{shown + ': ' if shown else ''}{item['msg'].removeprefix('Value error, ')}.")


def check_settings(catalog: Catalog) -> list[Problem]:
    """`kpi_options` and `profiles` must name KPIs, options and parameters that exist, with values they allow."""
    problems = list(_options_of(catalog, "kpi_options", catalog.kpi_options))
    parameters = {name for fact in catalog.facts.values() for name in fact.parameters}
    for name, profile in catalog.profiles.items():
        problems += _options_of(catalog, f"profiles.{name}.kpis", profile.kpis)
        for parameter in sorted(set(profile.parameters) - parameters):
            told = f"profiles.{name}.parameters: no fact has a parameter '{parameter}'."
            problems.append(Problem("accountlens.yaml", 0, told, suggest(parameter, parameters)))
    return problems


def _options_of(catalog: Catalog, where: str, options: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    for name, values in options.items():
        if name == "all":
            yield from _shared(catalog, values)
            continue
        try:
            definition = catalog.definition(name)
            definition = catalog.definition(str(values["kpi"])) if "kpi" in values else definition
            definition.settle({option: value for option, value in values.items() if option != "kpi"})
        except AccountlensError as error:
            yield Problem("accountlens.yaml", 0, f"{where}.{name}: {error.what}", error.mend or "")


def _shared(catalog: Catalog, values: Mapping[str, Any]) -> Iterator[Problem]:
    """What `kpi_options.all` sets is told once, by the first KPI that refuses it."""
    for name, value in values.items():
        for definition in catalog.kpis.values():
            if name in definition.options:
                try:
                    definition.settle({name: value})
                except AccountlensError as error:
                    yield Problem("accountlens.yaml", 0, f"kpi_options.all: {error.what}", error.mend or "")
                    break


def check_kpis(catalog: Catalog, zone: str) -> list[Problem]:
    """Every KPI with its defaults, and with every single other choice it documents."""
    return check_some(catalog, catalog.kpis.values(), zone)


def check_some(catalog: Catalog, definitions: Iterable[KpiDefinition], zone: str) -> list[Problem]:
    """The same of some of them."""
    problems: list[Problem] = []
    with duckdb.connect() as con:
        con.execute(QUIET)
        binding = Binding(con, catalog.facts.values(), zone)
        for definition in definitions:
            seen: set[str] = set()
            for options in _choices(definition):
                for problem in _check(catalog, definition, options, binding):
                    if str(problem) not in seen:
                        seen.add(str(problem))
                        problems.append(problem)
    return problems


def _choices(definition: KpiDefinition) -> Iterator[dict[str, Any]]:
    yield definition.defaults()
    for option in definition.options.values():
        if option.name != "membership":
            for value in option.values[1:]:
                yield {**definition.defaults(), option.name: value}


def _check(
    catalog: Catalog,
    definition: KpiDefinition,
    options: Mapping[str, Any],
    binding: Binding,
) -> Iterator[Problem]:
    at = definition.document.problem
    try:
        definition.settle(definition.defaults())
    except AccountlensError as error:
        yield at(("options",), error.what)
        return
    try:
        kpi = catalog.composed(definition.resolve(options, {}, catalog.kpis))
    except AccountlensError as error:
        yield at(("formula",), error.what, error.mend or "")
        return
    except ValueError as error:
        yield at((), str(error))
        return
    yield from _check_names(kpi, definition)
    if fault := fault_of_components(kpi, catalog.facts):
        yield at(("components",), fault)
    for name, measure in kpi.measures.items():
        if "." not in name or definition.takes:  # what is taken as it stands was checked where it stands
            yield from _check_measure(catalog, definition, kpi, name, measure, binding)
    if fault := fault_of_interval(kpi):
        yield at(("interval",), fault)


def _check_names(kpi: Kpi, definition: KpiDefinition) -> Iterator[Problem]:
    """Formulas name measures or words about the period. A measure no formula names is told beside the value."""
    for key, node in formulas(kpi):
        for name in f.names(node):
            if name not in kpi.measures and name not in FORMULA_WORDS:
                hint = suggest(name, [*kpi.measures, *FORMULA_WORDS])
                yield definition.document.problem((key,), f"The {key} names '{name}', which is no measure.", hint)


def _check_measure(
    catalog: Catalog,
    definition: KpiDefinition,
    kpi: Kpi,
    name: str,
    measure: Measure,
    binding: Binding,
) -> Iterator[Problem]:
    def at(what: str, mend: str = "") -> Problem:
        return definition.document.problem(("measures", name), f"Measure '{name}': {what}", mend)

    fact = catalog.facts.get(measure.fact)
    if fact is None:
        yield at(f"there is no fact '{measure.fact}'.", suggest(measure.fact, catalog.facts))
        return
    if not fact.columns:
        return  # the fact itself is broken and says so
    for column in _time_columns(measure):
        kind = fact.columns.get(column)
        if kind is None:
            yield at(f"the fact '{fact.name}' has no column '{column}'.", suggest(column, fact.columns))
        elif kind != "TIMESTAMP":
            yield at(f"'{column}' is {kind}; a time role needs a time.")
    known = catalog.parameters(fact.name)
    for parameter in measure.parameters:
        if parameter not in known:
            yield at(f"the fact '{fact.name}' has no parameter '{parameter}'.", suggest(parameter, known))
    for parameter in sorted(parameters_in(" ".join(written_in(measure))) - set(kpi.options)):
        yield at(f"'${parameter}' is no option of this KPI.", suggest(parameter, kpi.options))
        return
    if fault := binding.fault(fact, measure, kpi.options):
        yield at(fault)


def _time_columns(measure: Measure) -> tuple[str, ...]:
    match measure.time:
        case At(column) | Trailing(column, _):
            return (column,)
        case During(start, end) | Across(start, end):
            return (start, end)
