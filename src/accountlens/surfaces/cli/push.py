"""`accountlens push`: what is written back to where others work, and what would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.people.audit import Actor
from accountlens.push.pushed import told
from accountlens.push.run import Pushed, lock_of, push, pushes_of
from accountlens.push.schedule import settle
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

HERE = Actor(None, "command line")
WAIT_SECONDS = 60.0  # for another push
SHOWN = 20  # rows of a difference


def push_all(workspace: Workspace, name: str | None, to: str | None, dry_run: bool, anew: bool, as_json: bool) -> None:
    """One after the other; the first that fails ends it, those before it are done."""
    done = []
    for one, settings in pushes_of(workspace, name).items():
        wanted = settings.model_copy(update={"to": to}) if to else settings
        with nullcontext() if dry_run else lock_of(workspace.store).hold(WAIT_SECONDS, lambda: None):
            found = push(workspace, one, wanted, HERE, dry_run=dry_run, anew=anew)
            if not dry_run:
                settle(workspace, one, wanted)
        done.append(found)
        if not as_json:
            messages.show(*_page(found, dry_run, messages.page().width))
    if as_json:
        messages.write(json.dumps([_plain(one) for one in done], indent=1))


def _page(found: Pushed, dry_run: bool, width: int) -> Iterator[RenderableType]:
    one, columns = found.difference, list(found.rows.columns)
    counts = f"{len(one.new):,} new, {len(one.changed):,} changed, {len(one.gone):,} gone, {one.unchanged:,} unchanged"
    yield Text.assemble((found.name, "cyan"), f" → {found.to}: {counts}")
    if found.rows.without_key:
        yield messages.note(f"{numbers.count(found.rows.without_key, 'account')} without {found.rows.key} left out.")
    if dry_run:
        yield from draw(_sheet(found, columns), width)
        yield Text("Nothing was written: this was a dry run.", style="dim")
    elif not found.written:
        yield Text("Nothing to write.", style="dim")


def _sheet(found: Pushed, columns: list[str]) -> Sheet:
    """The first rows that differ, each with what it is now; where something changed, from what."""
    one = found.difference
    kinds = [
        *((key, "new") for key in one.new),
        *((key, "changed") for key in one.changed),
        *((key, "gone") for key in one.gone),
    ]
    shown = kinds[:SHOWN]
    cells = [[_cell(found, key, name, kind) for key, kind in shown] for name in columns]
    return Sheet(
        (
            Column(found.rows.key, texts([key for key, _ in shown], "cyan"), right=False),
            Column("", texts([kind for _, kind in shown]), right=False),
            *(Column(name, texts(column), right=False) for name, column in zip(columns, cells, strict=True)),
        ),
        f"{len(shown)} of {len(kinds):,} that differ" if kinds else "",
    )


def _cell(found: Pushed, key: str, name: str, kind: str) -> str:
    if kind == "gone":
        return ""
    now = dict(zip(found.rows.columns, told(found.rows.by_key[key]), strict=True))[name]
    moved = found.difference.changed.get(key, {}).get(name)
    return f"{_text(moved[0])} → {_text(moved[1])}" if moved else "" if kind == "changed" else _text(now)


def _text(cell: Any) -> str:
    if cell is None:
        return numbers.UNKNOWN
    return f"{cell:,.4g}" if isinstance(cell, float) else str(cell)


def _plain(found: Pushed) -> dict[str, Any]:
    one = found.difference
    changed = {
        key: {name: {"then": a, "now": b} for name, (a, b) in cells.items()} for key, cells in one.changed.items()
    }
    told_ = {"push": found.name, "to": found.to, "key": found.rows.key, "written": found.written, "anew": found.anew}
    return told_ | {"new": list(one.new), "changed": changed, "gone": list(one.gone), "unchanged": one.unchanged}
