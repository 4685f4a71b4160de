"""JSON Schemas of the files people write, so that editors complete and check them.

`python -m accountlens.catalog.schema docs/schema` writes them anew. That of a source is made where the kinds of sources
are known: `python -m accountlens.sources.schema docs/schema`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accountlens.catalog.entity_files import EntityFile
from accountlens.catalog.fact_files import FactHeader
from accountlens.catalog.kpi_files import KpiFile
from accountlens.catalog.settings import Settings
from accountlens.language.kpi import UNITS

SOURCE = "source.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHEN = {"type": "string", "description": "The option whose value chooses one of the other keys."}
BY_OPTION = r"^\$[a-z_][a-z0-9_]*$"  # a key that an option names: `$stat`
Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """File name → schema."""
    return {
        "kpi.schema.json": _titled(_with_choices(_kpi()), "A KPI of accountlens"),
        "settings.schema.json": _titled(_settings(), "accountlens.yaml"),
        "entity.schema.json": _titled(EntityFile.model_json_schema(by_alias=True), "An entity of accountlens"),
        "fact-header.schema.json": _titled(FactHeader.model_json_schema(), "The header of a fact file"),
    }


def _titled(schema: Schema, title: str) -> Schema:
    return {"$schema": DIALECT, **schema, "title": title}


def _settings() -> Schema:
    """The keys of a source depend on its kind: they stand in a schema of their own."""
    schema = Settings.model_json_schema(by_alias=True)
    del schema["$defs"]["SourceSettings"]
    schema["properties"]["sources"]["additionalProperties"] = {"$ref": SOURCE}
    return schema


def _kpi() -> Schema:
    schema = KpiFile.model_json_schema()
    schema["properties"]["unit"]["enum"] = list(UNITS)
    return schema


def _with_choices(schema: Schema) -> Schema:
    """The schema where every value may be a choice, and keys may be named by an option."""
    options, defs = schema["properties"]["options"], schema["$defs"]
    body = _choosable({key: value for key, value in schema.items() if key != "$defs"}, "#")
    body["properties"] |= {"options": options}  # read before anything is chosen
    defs |= {"MeasureFile": _measure(defs["MeasureFile"], "#/$defs/MeasureFile"), "When": WHEN}
    defs["SurvivalFile"] = _choosable(defs["SurvivalFile"], "#/$defs/SurvivalFile")
    return {**body, "$defs": defs}


def _measure(schema: Schema, place: str) -> Schema:
    """An option may name a key of a measure, such as the aggregate: its value is one that some key may have."""
    values = [{"$ref": f"{place}/properties/{name}"} for name in schema["properties"]]
    return {**_choosable(schema, place), "patternProperties": {BY_OPTION: {"anyOf": values}}}


def _choosable(schema: Schema, place: str) -> Schema:
    """The schema at a place of the document, with choices everywhere inside it."""
    inside = dict(schema)
    if "properties" in schema:
        own = schema["properties"].items()
        inside["properties"] = {name: _or_choice(part, f"{place}/properties/{name}") for name, part in own}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            inside[key] = _or_choice(schema[key], f"{place}/{key}")
    if "anyOf" in schema:
        inside["anyOf"] = [_choosable(part, f"{place}/anyOf/{index}") for index, part in enumerate(schema["anyOf"])]
    return inside


def _or_choice(schema: Schema, place: str) -> Schema:
    """A value, or a choice by an option among values that fit the same place: {when: basis, count: …, value: …}."""
    choice = {
        "minProperties": 2,
        "properties": {"when": {"$ref": "#/$defs/When"}},
        "additionalProperties": {"$ref": place},
    }
    asked = {"type": "object", "required": ["when"]}
    return {"if": asked, "then": choice, "else": _choosable(schema, f"{place}/else")}


def write(folder: Path, schemas: Mapping[str, Schema]) -> None:
    """One file for each schema, by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), schemas())
