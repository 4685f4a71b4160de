"""A dashboard: each of its tiles as a table of what its reader sees, and as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from pydantic import BaseModel, ConfigDict, Field

from accountlens.boards import dashboards
from accountlens.boards.asked import OfKpis
from accountlens.boards.dashboards import Dashboard
from accountlens.boards.tiles import Layout, question
from accountlens.delivery.making import Occasion
from accountlens.delivery.page import page
from accountlens.delivery.parcel import Attachment, Parcel
from accountlens.delivery.shared import closing, gone, meant
from accountlens.delivery.sheet import Sheet
from accountlens.delivery.sheets import kpis_sheet
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.pages.stand import stand
from accountlens.workspace.asking import Asking

ABOUT = "a dashboard, each tile as table and CSV"
PERSONAL = False


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dashboard: str = Field(
        title="Dashboard",
        description="One that others may look at: its id, or its name.",
        json_schema_extra={"format": "dashboard"},
    )


@dataclass(frozen=True)
class Part:
    """A tile as it is sent; `sheet` where it is a table."""

    title: str
    text: str
    html: str
    sheet: Sheet | None = None


def check(workspace: Asking, options: Options) -> None:
    """Whether there is one, and any of its tiles can be told."""
    layout = _dashboard(workspace, options).layout
    if not any(part.sheet for part in _parts(workspace, layout)):
        raise AccountlensError(f"No tile of '{layout.name}' can be told as a table.", mend="See what it says of them.")


def make(occasion: Occasion, options: Options) -> Parcel | None:
    layout = _dashboard(occasion.workspace, options).layout
    parts, foot = list(_parts(occasion.workspace, layout)), closing(occasion)
    texts = [f"{part.title}\n\n{part.text}" if part.title else part.text for part in parts]
    html = page(occasion.name, "".join(f"{_heading(part.title)}{part.html}" for part in parts), foot)
    files = [
        Attachment(f"{at:02d}-{_slug(part.title)}.csv", "text/csv", part.sheet.csv)
        for at, part in enumerate(parts, start=1)
        if part.sheet
    ]
    return Parcel(f"{occasion.name}: {layout.name}", "\n\n\n".join([*texts, *foot]), html, tuple(files))


def _parts(workspace: Asking, layout: Layout) -> Iterator[Part]:
    """As they are read, row by row of the grid. One that cannot be asked any more says why in its place."""
    for tile in sorted(layout.tiles, key=lambda one: (one.box.y, one.box.x)):
        if tile.kind == "text":
            yield _said(tile.title, tile.text)
            continue
        title = tile.title or ", ".join(_label(one, workspace) for one in tile.kpis)
        try:
            sheet = kpis_sheet(workspace, OfKpis(question(tile, layout.narrowing), tile.top, lowest=False))
        except AccountlensError as error:
            yield _said(title, f"This cannot be told: {error}")
        else:
            beside = "".join(f"<p>{escape(one)}</p>" for one in gone(sheet))
            yield Part(title, "\n".join([sheet.text(), *gone(sheet)]), sheet.html() + beside, sheet)


def _label(asked: str, workspace: Asking) -> str:
    found = stand(workspace).opened.catalog.kpis.get(parse_asked(asked).name)
    return found.label if found else asked


def _said(title: str, text: str) -> Part:
    return Part(title, text, f"<p>{escape(text)}</p>")


def _heading(title: str) -> str:
    return f'<h2 style="font-size:1.05em;margin:1.4em 0 .2em">{escape(title)}</h2>' if title else ""


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "tile"


def _dashboard(workspace: Asking, options: Options) -> Dashboard:
    shared = {one.id: one for one in dashboards.shared(workspace.store)}
    names = {id_: one.layout.name for id_, one in shared.items()}
    return shared[meant(options.dashboard, names, "dashboard", "others may look at", "Share it first.")]
