"""What answers look like, for the description of the API alone: no body is validated by it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from accountlens.surfaces.web.problems import MEDIA

Numbers = list[float | None] | None


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")


class Problem(Loose):
    """An error: what is wrong, where, and how to mend it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    where: str | None = None
    mend: str | None = None


class PeriodTold(BaseModel):
    """First day, and first day not in it."""

    label: str
    start: str
    end: str
    partial: bool


class GroupTold(BaseModel):
    """The values it is split by (null: summed over), their readable names, and whether it is a total."""

    by: dict[str, str | None]
    names: dict[str, str] | None = None
    flag: str | None = None


class ComparedTold(BaseModel):
    """The value then, the change since, and of which components it is made."""

    value: Numbers
    change: Numbers
    parts: dict[str, Numbers] | None = None
    changed: dict[str, Numbers] | None = None
    faded: dict[str, Numbers] | None = None
    came: dict[str, Numbers] | None = None


class KpiTold(BaseModel):
    """A KPI's figures: group g in period p is at g * P + p. A list that is unknown throughout is null."""

    kpi: str
    unit: str
    options: dict[str, Any] | None = None
    here: list[bool] | None = Field(None, description="By group: whether it has rows of that group at all.")
    value: Numbers
    n: Numbers
    lower: Numbers
    upper: Numbers
    parts: dict[str, Numbers]
    flags: dict[str, list[bool]]
    compare: dict[str, ComparedTold]


class About(BaseModel):
    """What an answer says of itself."""

    snapshot: str
    currency: str
    as_of: str
    fresh_as_of: str | None
    dimensions: dict[str, dict[str, str]]
    notes: list[str]


class Series(About):
    """An answer: groups over periods."""

    periods: list[PeriodTold]
    groups: list[GroupTold]
    kpis: list[KpiTold]


STATUSES = {
    400: "This cannot be asked",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    409: "Not ready: nothing was refreshed yet, or definitions have faults",
    413: "Asks for more than one answer holds",
    422: "Does not fit the schema, or takes too long",
    429: "Too many at once",
    500: "A fault of the program",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": about, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, about in STATUSES.items()
}


def answers(model: Any, *media: str) -> dict[int | str, dict[str, Any]]:
    """What a route says of its answers: JSON of this form, other media, an unchanged one, and problems."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {kind.partition(";")[0]: binary for kind in media}
    found: dict[int | str, dict[str, Any]] = {
        200: {"model": model, "content": content, "description": "The answer"},
        304: {"description": "Unchanged since the ETag that was sent"},
    }
    if media:
        found[406] = {**PROBLEMS[400], "description": "Not to be had in a form that is accepted"}
    return found
