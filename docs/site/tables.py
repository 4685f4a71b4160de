"""Settings, sources and definition files as pages, read from the published JSON Schemas; entities from the catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accountlens.catalog.entity_files import BUILT_IN, load_entities
from accountlens.language.tables import Column, Entity, OpenColumn

SCHEMAS = {
    "settings": ("Settings", "What `accountlens.yaml` may say."),
    "source": ("Sources", "What stands under `sources:` in the settings, by `type`."),
    "kpi": ("KPI files", "What `kpis/<kpi>.yaml` may say. How it is meant: [design](../design.md)."),
    "entity": ("Entity files", "What `entities/<entity>.yaml` may say. How it is meant: [design](../design.md)."),
}


def pages(schemas: Path) -> dict[str, str]:
    """By place in the site."""
    found = {"reference/entities": _entities()}
    for name, (title, about) in SCHEMAS.items():
        schema = json.loads((schemas / f"{name}.schema.json").read_text(encoding="utf-8"))
        found[f"reference/{name}"] = f"# {title}\n\n{about}\n{_objects(schema)}"
    return found


def _objects(schema: Mapping[str, Any]) -> str:
    """The object itself, then those it is made of."""
    parts = {"": schema, **schema.get("$defs", {})}
    return "".join(object_told(name, part) for name, part in parts.items() if "properties" in part)


def object_told(name: str, part: Mapping[str, Any], level: str = "##") -> str:
    """An object as a table of its keys."""
    head = f"\n{level} {name}\n" if name else ""
    about = cell(str(part.get("description", "")).strip())
    if "properties" not in part:
        return f"{head}\n{about}\n\n{cell(kind(part))}\n"
    rows = [
        f"| `{key}`{' (required)' if key in part.get('required', ()) else ''} | {cell(kind(one))} | {_default(one)} "
        f"| {cell(str(one.get('description', '')))} |"
        for key, one in part["properties"].items()
    ]
    return f"{head}\n{about}\n\n| key | type | default | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def kind(schema: Mapping[str, Any]) -> str:
    """A type in words; one that is told on the same page as a link."""
    if "$ref" in schema:
        place, _, name = str(schema["$ref"]).rpartition("/")
        return f"[{name}](#{name.lower()})" if place in ("#/$defs", "#/components/schemas") else f"`{name}`"
    for both in ("anyOf", "oneOf", "allOf"):
        if both in schema:
            return " or ".join(dict.fromkeys(kind(one) for one in schema[both] if one.get("type") != "null"))
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}" if isinstance(schema.get("items"), dict) else "list"
    return str(schema.get("type", "any"))


def _default(schema: Mapping[str, Any]) -> str:
    value = schema.get("default")
    return "" if value in (None, {}, []) else f"`{json.dumps(value, ensure_ascii=False)}`".replace("|", "\\|")


def _entities() -> str:
    entities, _ = load_entities([BUILT_IN])
    head = "# Entities\n\nThe tables that sources are mapped to, with their columns. Others are kept as dimensions.\n"
    return head + "".join(map(_entity, entities.values()))


def _entity(entity: Entity) -> str:
    rows = [
        f"| `{name}`{' (required)' if column.required else ''} | {column.type} | "
        f"{f'→ {column.references}' if column.references else ''} | {', '.join(_words(column))} |"
        for name, column in entity.columns.items()
    ]
    key = ", ".join(f"`{name}`" for name in entity.key) or "the whole row"
    table = "| column | type | refers to | values |\n|---|---|---|---|\n" + "\n".join(rows)
    return f"\n## {entity.name}\n\n{entity.about} Key: {key}.\n\n{table}\n"


def _words(column: Column) -> tuple[str, ...]:
    return column.values or (column.usual if isinstance(column, OpenColumn) else ())


def cell(text: str) -> str:
    return escaped(text).replace("\n", " ").replace("|", "\\|")


def escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("{", "\\{")
