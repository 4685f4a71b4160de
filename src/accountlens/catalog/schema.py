"""JSON Schemas of the files people write, so that editors complete and check them.

`python -m accountlens.catalog.schema docs/schema` writes them anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from accountlens.catalog.entity_files import EntityFile
from accountlens.catalog.fact_files import FactHeader
from accountlens.catalog.kpi_files import KpiFile
from accountlens.catalog.settings import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHEN = {
    "type": "object",
    "required": ["when"],
    "properties": {"when": {"type": "string", "description": "The option whose value chooses one of the other keys."}},
    "description": "A choice by an option: {when: basis, count: …, value: …}.",
}


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    return {
        "kpi.schema.json": _titled(_with_choices(KpiFile.model_json_schema()), "A KPI of accountlens"),
        "settings.schema.json": _titled(Settings.model_json_schema(by_alias=True), "accountlens.yaml"),
        "entity.schema.json": _titled(EntityFile.model_json_schema(by_alias=True), "An entity of accountlens"),
        "fact-header.schema.json": _titled(FactHeader.model_json_schema(), "The header of a fact file"),
    }


def _titled(schema: dict[str, Any], title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, **schema, "title": title}


def _with_choices(schema: dict[str, Any]) -> dict[str, Any]:
    """Every value of a KPI file may be a choice, and a measure's aggregate may be named by an option (`$stat`)."""
    for part in (schema, *schema["$defs"].values()):
        if part.get("title") == "OptionFile":
            continue
        for name, value in part.get("properties", {}).items():
            if isinstance(value.get("additionalProperties"), dict):
                value["additionalProperties"] = _or_choice(value["additionalProperties"])
            part["properties"][name] = _or_choice(value)
    measure = schema["$defs"]["MeasureFile"]
    measure["patternProperties"] = {r"^\$[a-z_]+$": {"type": "string"}}
    schema["$defs"]["When"] = WHEN
    return schema


def _or_choice(value: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [value, {"$ref": "#/$defs/When"}]}


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
