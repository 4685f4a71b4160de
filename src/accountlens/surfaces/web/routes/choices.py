"""What accounts can be filtered by, and the values there are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from accountlens.pages.choices import choices, filter_dimensions
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.cursors import Limit, PagedOrPlaced
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import LONGEST
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["accounts"])


class Looked(PagedOrPlaced):
    search: Annotated[str, Field(max_length=LONGEST, description="Words within the value or its name.")] = ""
    limit: Limit = 100


class DimensionsTold(BaseModel):
    """The usual ones first."""

    dimensions: list[str]


class ValueTold(BaseModel):
    """`id` is what filters compare with; `accounts`: how many have it now, of those that are seen."""

    id: str
    label: str
    accounts: int


class ValuesTold(BaseModel):
    """Those of most accounts first; `total` of them fit the words."""

    dimension: str
    total: int
    values: list[ValueTold]
    next: str | None


@router.get("/dimensions", response_model=None, responses=answers(DimensionsTold), summary="What accounts are split by")
def dimensions(desk: AtDesk) -> Response:
    """Every attribute of accounts that groups them, also those that only this workspace has."""
    return desk.tell(lambda place: {"dimensions": filter_dimensions(place.session)})


@router.get("/dimensions/{name}", response_model=None, responses=answers(ValuesTold), summary="Its values")
def values(
    desk: AtDesk,
    name: Annotated[str, Path(max_length=200, examples=["industry"])],
    asked: Annotated[Looked, Query()],
) -> Response:
    """Searched, counted, and only of accounts that whoever asks sees."""

    def made(place: Place) -> dict[str, Any]:
        found = choices(name, place.session, asked.search)
        shown, after = asked.page(asked.limit, f"{name} {asked.search}").of(found, place.snapshot.id)
        return {"dimension": name, "total": len(found), "values": list(map(asdict, shown)), "next": after}

    return desk.tell(made)
