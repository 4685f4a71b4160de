"""JSON Schemas of a source (which keys it takes, by its kind) and of the files of a preset.

`python -m accountlens.sources.schema docs/schema` writes them anew, beside those of the catalog.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from accountlens.catalog.schema import DIALECT, SOURCE, write
from accountlens.sources.preset import MappingHeader, PresetFile
from accountlens.sources.registry import find_kind, own_kinds

DEFAULT = "files"


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    return {
        SOURCE: source_schema(),
        "preset.schema.json": _titled(PresetFile, "The preset.yaml of a preset"),
        "preset-header.schema.json": _titled(MappingHeader, "The header of a preset's mapping"),
    }


def _titled(model: type[BaseModel], title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, **model.model_json_schema(), "title": title}


def source_schema() -> dict[str, Any]:
    """Each kind takes its own keys only; a kind of another package takes any."""
    definitions: dict[str, Any] = {}
    choices: list[dict[str, Any]] = []
    for name in own_kinds():
        kind = find_kind(name)
        assert kind is not None, name
        schema = kind.Settings.model_json_schema(by_alias=True)
        definitions |= schema.pop("$defs", {})
        definitions[name] = schema
        chosen: dict[str, Any] = {"properties": {"type": {"const": name}}}
        if name != DEFAULT:
            chosen["required"] = ["type"]
        choices.append({"if": chosen, "then": {"$ref": f"#/$defs/{name}"}})
    return {
        "$schema": DIALECT,
        "title": "A source of accountlens",
        "type": "object",
        "allOf": choices,
        "$defs": definitions,
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]), schemas())
