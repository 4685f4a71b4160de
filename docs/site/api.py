"""The API as a page, read from its OpenAPI description."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docs.site.tables import cell, escaped, kind, object_told

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
    routes = "".join(f"\n## {tag}\n{''.join(routes)}" for tag, routes in by_tag.items())
    return head + routes + _objects(told)


def description() -> dict[str, Any]:
    """OpenAPI, the same for every workspace, and so made from an empty one."""
    with TemporaryDirectory() as folder:
        Path(folder, "accountlens.yaml").write_text("name: nothing\n", encoding="utf-8")
        return dict(create_app(Path(folder)).openapi())


def _objects(told: dict[str, Any]) -> str:
    """What routes take, as tables: the objects that are sent, and those they are made of."""
    schemas, found = told["components"]["schemas"], set[str]()
    routes = [route for methods in told["paths"].values() for route in methods.values()]
    waiting = _named([[route.get("requestBody"), route.get("parameters")] for route in routes])
    while waiting:
        found |= waiting
        waiting = set().union(*(_named(schemas[name]) for name in waiting)) - found
    return "\n## What is sent\n" + "".join(object_told(name, schemas[name], "###") for name in sorted(found))


def _named(schema: object) -> set[str]:
    """The components that a schema refers to."""
    return set(re.findall(r"'#/components/schemas/(\w+)'", str(schema)))


def _route(method: str, path: str, route: dict[str, Any]) -> str:
    title = (
        f"\n### {method.upper()} `{path}`\n\n{route.get('summary', '')}\n\n{escaped(route.get('description', ''))}\n"
    )
    rows = [
        f"| `{one['name']}` | {one['in']}{', required' if one.get('required') else ''} "
        f"| {kind(one.get('schema', {}))} | {cell(one.get('description', ''))} |"
        for one in route.get("parameters", ())
    ]
    table = "\n| parameter | in | type | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sends = f"\nBody: {kind(body)}\n" if body else ""
    answers = ", ".join(
        f"{status}: {cell(one.get('description', ''))}"
        for status, one in route.get("responses", {}).items()
        if status.startswith("2") or status == "304"
    )
    return f"{title}{table}{sends}\nAnswers {answers}\n"
