"""`accountlens init`: a new workspace, empty or with a mapping proposed from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from accountlens.catalog.settings import FILE_NAME
from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.program import call

if TYPE_CHECKING:
    from accountlens.language.tables import Entity
    from accountlens.sources.origin import Origin
    from accountlens.sources.propose import Line, Proposal

EMPTY = """\
name: {name}
currency: {currency}  # what all money is reported in
time_zone: UTC  # for example Europe/Berlin; days and months begin there
fiscal_year_starts: 1  # month

# Files named after an entity (accounts.csv, opportunities.parquet ...) with its column names need no mapping.
# 'accountlens init --from FOLDER' proposes one for all others.
sources:
  files: {{type: files, path: data}}
"""
STYLES = {  # kind of a line → sign before it, style
    "mapped": ("  ", ""),
    "kept": ("+ ", "dim"),
    "unsure": ("? ", "yellow"),
    "contradiction": ("! ", "red"),
    "unknown": ("- ", "dim"),
    "note": ("  ", "dim"),
}


def init(folder: Path, source: str | None, currency: str | None, preset: str | None, schema: str | None) -> None:
    from accountlens.sources.origin import keep_out_of_git

    if source:
        written = _look(folder, source, currency, preset, schema)
    elif preset or schema:
        raise AccountlensError("Say whose tables these are.", f"--{'preset' if preset else 'schema'}", "--from URL")
    else:
        written = [make_empty(folder, currency or "USD")]
    for path in [*written, *filter(None, [keep_out_of_git(folder)])]:
        messages.tell(Text.assemble(("wrote ", "green"), str(path)))
    messages.show(*hints(folder, source is not None))


def make_empty(folder: Path, currency: str) -> Path:
    """Settings to fill in, and a place for files."""
    path = folder / FILE_NAME
    if path.exists():
        raise AccountlensError("This is a workspace already.", str(folder), "Name a new folder.")
    (folder / "data").mkdir(parents=True, exist_ok=True)
    name = folder.resolve().name.replace("_", " ").replace("-", " ").capitalize()
    path.write_text(EMPTY.format(name=name or "My company", currency=currency), encoding="utf-8")
    return path


def _look(folder: Path, source: str, currency: str | None, preset: str | None, schema: str | None) -> list[Path]:
    from accountlens.sources.origin import find_origin, keep_secrets

    origin = find_origin(source, schema)
    preset = preset or origin.preset
    with messages.waiting(f"Looking at {origin.shown} ..."):
        written, told = _adopt(folder, origin, currency, preset) if preset else _propose(folder, origin, currency)
    messages.show(*told)
    return [*written, *filter(None, [keep_secrets(origin.secrets, folder)])]


def _propose(folder: Path, origin: Origin, currency: str | None) -> tuple[list[Path], list[RenderableType]]:
    from accountlens.sources.propose import propose, write_proposal

    proposal = propose(origin, _entities(), currency)
    return write_proposal(proposal, folder), list(page(proposal))


def _adopt(folder: Path, origin: Origin, currency: str | None, preset: str) -> tuple[list[Path], list[RenderableType]]:
    from accountlens.sources.adopt import adopt, write_adopted

    adopted = adopt(origin, preset, currency, folder)
    lines = [part for line in adopted.lines() for part in _line(line)]
    return write_adopted(adopted, folder), [*lines, Text()]


def _entities() -> Mapping[str, Entity]:
    from accountlens.catalog.entity_files import load_entities
    from accountlens.catalog.loader import BUILT_IN

    return load_entities([BUILT_IN / "entities"])[0]


def page(proposal: Proposal) -> Iterator[RenderableType]:
    """What each table is taken for, why, and what to look at, in the end how much of that there is."""
    for line in proposal.lines():
        yield from _line(line)
    yield Text()
    unsure = len(proposal.unsure) + len(proposal.contradictions)
    told = f"{numbers.count(len(proposal.entities), 'entity', 'entities')} recognised"
    yield Text(
        f"{told}, {numbers.count(unsure, 'point')} to look at (? and !)." if unsure else f"{told}.", style="bold"
    )


def _line(line: Line) -> Iterator[RenderableType]:
    if line.kind == "heading":
        yield Text(f"\n{line.text}", style="bold")
        return
    sign, style = STYLES[line.kind]
    hanging = Table.grid(padding=0)  # a long line goes on below its text, not below its sign
    hanging.add_row(" " * 2 * line.depth + sign, Text(line.text, style=style))
    yield hanging


def hints(folder: Path, proposed: bool) -> Iterator[RenderableType]:
    first = "Read what was written, correct it, then:" if proposed else f"Put files into {folder / 'data'}, then:"
    yield Text(first)
    for command in ("check", "refresh", "kpis"):
        yield Text(f"  {call(folder)} {command}", style="cyan")
