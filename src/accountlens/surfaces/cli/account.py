"""`accountlens account`: what one wants to know of an account before a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.changes import change_sheet
from accountlens.surfaces.cli.grid import Definition, lay_out
from accountlens.surfaces.cli.outlook import because, staleness
from accountlens.surfaces.cli.records import record_sheet, show_value
from accountlens.surfaces.cli.sheet import draw
from accountlens.surfaces.cli.tables import render

if TYPE_CHECKING:
    from accountlens.engine.account_page import AccountPage
    from accountlens.workspace import Workspace


def account(workspace: Workspace, name: str, period: str, snapshot: str | None = None) -> None:
    found = workspace.account(name, period=period, snapshot=snapshot)
    definitions = [workspace.catalog.definition(row["kpi"]) for row in found.figures]
    messages.show(*page(found, definitions, workspace.settings.time_zone, messages.page().width))


def page(found: AccountPage, definitions: Sequence[Definition], time_zone: str, width: int) -> Iterator[RenderableType]:
    """Who it is, its figures, then its deals, people, tickets and touches."""
    told = {name: show_value(value, time_zone) for name, value in found.account.items()}
    yield Text.assemble((told.pop("name", ""), "bold"), "  ", (told.pop("account_id"), "cyan"))
    yield Text(" · ".join(f"{name} {value}" for name, value in told.items()), style="dim")
    if found.figures:
        yield Text()
        yield from render(lay_out(found.figures, definitions, found.currency, found.levels), width)
    if found.apart:
        unkept = f"Not told, for no figures of {found.period} are kept here: {', '.join(found.apart)}."
        yield Text(f"{unkept} They are asked in the warehouse:  accountlens ask ... --on warehouse", style="dim")
    for place, one in enumerate(found.outlooks):
        (here,) = one.prospects
        likely, average = (numbers.show(share, "fraction") for share in (here.probability, one.base))
        yield from [] if place else [Text()]
        yield Text.assemble((one.title, "bold"), f"  {likely}, of an average customer {average}: {because(here)}")
    yield from staleness(found.outlooks)
    for kpi, change in found.changes.items():
        label = next(one.label for one in definitions if one.name == kpi)
        yield Text()
        yield from draw(change_sheet(change, f"{label}: what changed against {change.against}"), width)
    for section in found.sections:
        yield Text()
        yield from draw(record_sheet(section.columns, section.rows, time_zone, section.title), width)
