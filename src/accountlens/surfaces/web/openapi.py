"""The description of the API as it goes out: FastAPI's, with the problems every route may tell, and examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from accountlens.surfaces.web.examples import BODIES, FORMS, PARAMETERS
from accountlens.surfaces.web.schemas import Problem

PREFIX = "/api/v1"


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What gives the description of an application; made once."""
    own = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(own())
        return app.openapi_schema

    return openapi


def _completed(told: dict[str, Any]) -> dict[str, Any]:
    told["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for path, operations in told["paths"].items():
        short = path.removeprefix(PREFIX)
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                _exemplify(parameter, short)
            if example := BODIES.get(f"{method.upper()} {short}"):
                operation["requestBody"]["content"]["application/json"]["example"] = example
            if method != "get":
                operation["responses"].pop("304", None)  # only what is read can be unchanged
    return told


def _exemplify(parameter: dict[str, Any], path: str) -> None:
    """By an example, where nothing is said yet; the words of a choice are told anyway."""
    schema = parameter["schema"]
    given = _given(parameter["name"], path)
    if given is None or "examples" in schema or is_choice(schema):
        return
    lists = schema.get("type") == "array"
    parameter["example"] = given if isinstance(given, list) == lists else [given] if lists else given[0]


def _given(name: str, path: str) -> Any:
    """The most exact there is: by where the name stands in the path, by the area, by the name alone."""
    before, placed, _ = path.partition(f"/{{{name}}}")
    area = before.rpartition("/")[2]
    known = {**FORMS, **PARAMETERS}
    return known.get(f"{area}/{{{name}}}" if placed else f"{area}/{name}", known.get(name))


def is_choice(schema: dict[str, Any]) -> bool:
    kinds = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
    return any("enum" in kind or "const" in kind or kind.get("type") == "boolean" for kind in kinds)
