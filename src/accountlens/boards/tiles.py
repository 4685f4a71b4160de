"""What a dashboard shows: tiles on a grid of twelve columns, each a question; and whether all that can be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from accountlens.engine.planner import make_plan
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot

COLUMNS = 12
MOST_TILES = 60
Words = Annotated[str, Field(min_length=1, max_length=400)]
Kind = Literal["number", "line", "bar", "area", "heat", "table", "text"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Box(Strict):
    """Where a tile lies, in columns and rows of the grid."""

    x: Annotated[int, Field(ge=0, lt=COLUMNS)]
    y: Annotated[int, Field(ge=0, le=500)]
    w: Annotated[int, Field(ge=1, le=COLUMNS)]
    h: Annotated[int, Field(ge=1, le=40)]

    @model_validator(mode="after")
    def _on_the_grid(self) -> Self:
        if self.x + self.w > COLUMNS:
            raise ValueError(f"a tile {self.w} wide at column {self.x} goes beyond the {COLUMNS} columns")
        return self

    def meets(self, other: Box) -> bool:
        across = self.x < other.x + other.w and other.x < self.x + self.w
        return across and self.y < other.y + other.h and other.y < self.y + self.h


class Narrowing(Strict):
    """What a question is narrowed to. Of a tile: what is left out is the dashboard's."""

    period: Words | None = None
    grain: Words | None = None
    where: Annotated[str, Field(max_length=2000)] | None = None
    compare: Annotated[list[Words], Field(max_length=4)] | None = None
    scope: Words | None = None


class Tile(Narrowing):
    """One question and how it is drawn, or a text."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    kind: Kind
    box: Box
    title: Annotated[str, Field(max_length=200)] = ""
    kpis: Annotated[list[Words], Field(max_length=24)] = []
    by: Annotated[list[Words], Field(max_length=2)] = []
    top: Annotated[int, Field(ge=1, le=1000)] | None = None
    text: Annotated[str, Field(max_length=8000)] = ""

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if self.kind == "text" and (self.kpis or self.by):
            raise ValueError("a tile of text asks no KPI")
        if self.kind != "text" and not self.kpis:
            raise ValueError(f"a tile of kind {self.kind} needs a KPI")
        return self


class Layout(Strict):
    """All of a dashboard but who may see it. `goal`: the business goal it was begun with."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    goal: Annotated[str, Field(max_length=40)] | None = None
    narrowing: Narrowing = Narrowing()
    tiles: Annotated[list[Tile], Field(max_length=MOST_TILES)] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [tile.id for tile in self.tiles]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise ValueError(f"two tiles are called '{twice}'")
        for one, other in combinations(self.tiles, 2):
            if one.box.meets(other.box):
                raise ValueError(f"the tiles '{one.id}' and '{other.id}' lie over each other")
        return self


def question(tile: Tile, beneath: Narrowing) -> Query:
    """What a tile asks, with what the dashboard says where it says nothing; both conditions hold."""
    told = {name: getattr(tile, name) if getattr(tile, name) is not None else getattr(beneath, name) for name in NAMES}
    conditions = [one for one in (beneath.where, tile.where) if one]
    return Query(
        kpis=tuple(map(parse_asked, tile.kpis)),
        by=tuple(tile.by),
        period=told["period"],
        grain=told["grain"] or "total",
        where=" AND ".join(f"({one})" for one in conditions) if len(conditions) > 1 else next(iter(conditions), None),
        compare=tuple(told["compare"] or ()),
        scope=told["scope"] or "all",
    )


NAMES = ("period", "grain", "compare", "scope")


@dataclass(frozen=True)
class Fault:
    """A tile that cannot be shown (`tile`: its id, `title`: as people know it), and why."""

    tile: str
    title: str
    why: str

    def __str__(self) -> str:
        return f"Tile '{self.title}': {self.why}"


def faults(layout: Layout, opened: OpenSnapshot) -> Sequence[Fault]:
    """What cannot be asked, one for each tile that is faulty."""
    return list(_faults(layout, opened))


def _faults(layout: Layout, opened: OpenSnapshot) -> Iterator[Fault]:
    for tile in layout.tiles:
        if tile.kind == "text":
            continue
        try:
            query = question(tile, layout.narrowing)
            make_plan(query, opened.ground(query))
        except AccountlensError as error:
            yield Fault(tile.id, tile.title or tile.id, str(error))
