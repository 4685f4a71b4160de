"""The API as a page, read from its OpenAPI description."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accountlens.surfaces.web.app import create_app

PROBLEM = "4XX"


def page() -> str:
    """Every route with its parameters and answers, by what it is about."""
    told = description()
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, methods in told["paths"].items():
        for method, route in methods.items():
            by_tag[(route.get("tags") or ["other"])[0]].append(_route(method, path, route))
    head = (
        "# API\n\nMade from the OpenAPI description that every server gives at `/api/v1/openapi.json`. How to use it, "
        "with examples: [the API](../api.md). A fault is answered as `application/problem+json` with `detail`, "
        "`where` and `mend`.\n"
    )
    return head + "".join(f"\n## {tag}\n{''.join(routes)}" for tag, routes in by_tag.items())


def description() -> dict[str, Any]:
    """OpenAPI, the same for every workspace, and so made from an empty one."""
    with TemporaryDirectory() as folder:
        Path(folder, "accountlens.yaml").write_text("name: nothing\n", encoding="utf-8")
        return dict(create_app(Path(folder)).openapi())


def _route(method: str, path: str, route: dict[str, Any]) -> str:
    title = (
        f"\n### {method.upper()} `{path}`\n\n{route.get('summary', '')}\n\n{_escaped(route.get('description', ''))}\n"
    )
    rows = [
        f"| `{one['name']}` | {one['in']}{', required' if one.get('required') else ''} "
        f"| {_kind(one.get('schema', {}))} | {_cell(one.get('description', ''))} |"
        for one in route.get("parameters", ())
    ]
    table = "\n| parameter | in | type | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sends = f"\nBody: {_kind(body)}\n" if body else ""
    answers = ", ".join(
        f"{status}: {_cell(one.get('description', ''))}"
        for status, one in route.get("responses", {}).items()
        if status.startswith("2") or status == "304"
    )
    return f"{title}{table}{sends}\nAnswers {answers}\n"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"] if one.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _cell(text: str) -> str:
    return _escaped(text).replace("\n", " ").replace("|", "\\|")


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("{", "\\{")
