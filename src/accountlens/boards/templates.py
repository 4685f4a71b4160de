"""Dashboards to begin with, by goal and cadence: data beside this file, fitted to what a workspace has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from accountlens.boards.tiles import COLUMNS, Box, Kind, Layout, Narrowing, Strict, Tile, Words, faults
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.engine.moments import list_of
from accountlens.errors import ProblemsError
from accountlens.open_snapshot import OpenSnapshot

FOLDER = Path(__file__).with_name("templates")

Lacking = Callable[[str], Sequence[str]]  # a KPI as asked → the entities without which it is unknown


class Piece(Narrowing):
    """A tile before it has its place: `size` is columns and rows of the grid."""

    kind: Kind
    size: tuple[Annotated[int, Field(ge=1, le=COLUMNS)], Annotated[int, Field(ge=1, le=40)]]
    title: str = ""
    kpis: list[Words] = Field(default_factory=list)
    by: list[Words] = Field(default_factory=list)
    top: int | None = None
    text: str = ""


class Template(Strict):
    """As its file says; its id is the file's name."""

    name: str
    goal: str
    cadence: Literal["daily", "weekly", "monthly", "quarterly"]
    about: str
    narrowing: Narrowing = Narrowing()
    tiles: list[Piece]


@dataclass(frozen=True)
class Offer:
    """A template as it can be built here. `lacking`: each KPI left out, with the entities it needs.

    `needs_list`: what it is about is the accounts on this list, and none was ever on it; then it shows nothing.
    """

    id: str
    template: Template
    layout: Layout
    lacking: Mapping[str, Sequence[str]]
    needs_list: str | None = None

    @property
    def shows(self) -> int:
        """How many tiles it has that show a figure."""
        return sum(tile.kind != "text" for tile in self.layout.tiles)


@cache
def templates() -> Mapping[str, Template]:
    """All of them by id, in the order of their files."""
    return {path.stem.partition("_")[2]: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def offers(opened: OpenSnapshot, lacking: Lacking) -> list[Offer]:
    """Each template with what can be asked here; what cannot is left out, and the rest moves together."""
    return [_offer(id_, template, opened, lacking) for id_, template in templates().items()]


def _offer(id_: str, template: Template, opened: OpenSnapshot, lacking: Lacking) -> Offer:
    layout, lacks = fitted(template.name, template.narrowing, template.tiles, opened, lacking)
    needs_list = _list_lacked(template, opened)
    return Offer(id_, template, layout.model_copy(update={"tiles": []}) if needs_list else layout, lacks, needs_list)


def _list_lacked(template: Template, opened: OpenSnapshot) -> str | None:
    """Who sees some accounts alone may be shown a list that none of these is on: of it he has none."""
    name = list_of(template.narrowing.scope or "all")
    return name if name and opened.session.seen is None and name not in opened.lists else None


def fitted(
    name: str, narrowing: Narrowing, pieces: Sequence[Piece], opened: OpenSnapshot, lacking: Lacking
) -> tuple[Layout, Mapping[str, Sequence[str]]]:
    """A layout of the pieces that can be shown here, and each KPI left out with the entities it needs."""
    asked = dict.fromkeys(kpi for piece in pieces for kpi in piece.kpis)
    lacks = {kpi: list(needs) for kpi in asked if (needs := lacking(kpi))}
    there = [kept for piece in pieces if (kept := _without(piece, lacks))]
    wrong = {fault.tile for fault in faults(_layout(name, narrowing, there), opened)}  # this catalog refuses these
    there = [piece for number, piece in enumerate(there, 1) if f"t{number}" not in wrong]
    return _layout(name, narrowing, there), lacks


def _without(piece: Piece, lacks: Mapping[str, Sequence[str]]) -> Piece | None:
    kept = [kpi for kpi in piece.kpis if kpi not in lacks]
    return piece.model_copy(update={"kpis": kept}) if kept or piece.kind == "text" else None


def _layout(name: str, narrowing: Narrowing, pieces: Sequence[Piece]) -> Layout:
    boxes = placed([piece.size for piece in pieces])
    tiles = [_tile(number, piece, box) for number, (piece, box) in enumerate(zip(pieces, boxes, strict=True), 1)]
    return Layout(name=name, narrowing=narrowing, tiles=tiles)


def _tile(number: int, piece: Piece, box: Box) -> Tile:
    told: dict[str, Any] = piece.model_dump(exclude={"size"})
    return Tile(id=f"t{number}", box=box, **told)


def placed(sizes: Sequence[tuple[int, int]]) -> list[Box]:
    """Boxes of these sizes (columns, rows), each as high up as it fits, then as far left; none over another."""
    tops = [0] * COLUMNS  # the first free row of each column
    boxes = []
    for wide, high in sizes:
        y, x = min((max(tops[at : at + wide]), at) for at in range(COLUMNS - wide + 1))
        tops[x : x + wide] = [y + high] * wide
        boxes.append(Box(x=x, y=y, w=wide, h=high))
    return boxes


def _read(path: Path) -> Template:
    document, problems = read_yaml_file(path, path.name)
    template, misfits = validate(document, Template)
    if template is None or problems:
        raise ProblemsError([*problems, *misfits])
    return template
