"""The description of the API as it goes out: FastAPI's, with the problems every route may tell, and examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI

from accountlens.surfaces.web.schemas import Problem

EXAMPLES: Mapping[str, Any] = {  # by the name of a parameter: what is always there
    "kpis": ["win_rate", "nps"],
    "kpi": "win_rate",
    "by": ["tier"],
    "period": "last-quarter",
    "where": "tier = 'A'",
    "columns": ["tier", "mrr"],
    "having": ["mrr >= 1000"],
    "sort": "name",
    "stage": "mqa",
    "compare": "previous",
}


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
    for path in told["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if "example" not in parameter and "examples" not in parameter.get("schema", {}):
                    _example(parameter)
    return told


def _example(parameter: dict[str, Any]) -> None:
    if parameter["in"] != "query" or parameter["name"] not in EXAMPLES:
        return
    given = EXAMPLES[parameter["name"]]
    lists = parameter["schema"].get("type") == "array"
    parameter["example"] = given if isinstance(given, list) == lists else [given] if lists else given
