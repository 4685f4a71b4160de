"""`accountlens snapshots`: the published states of the data, what differs between two, and which are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.snapshot_diff import SnapshotDiff
    from accountlens.store.snapshots import Snapshot
    from accountlens.workspace import Workspace


def snapshots(workspace: Workspace) -> None:
    found = workspace.snapshots()
    if not found:
        messages.tell(messages.hint("Nothing is published yet.", "accountlens refresh"))
        return
    messages.show(*listing(found, workspace.settings.time_zone, messages.page().width))


def listing(found: Sequence[Snapshot], time_zone: str, width: int) -> Iterator[RenderableType]:
    newest = sorted(found, key=lambda one: one.created_at, reverse=True)
    published = [show_moment(one.created_at, time_zone) for one in newest]
    columns = (
        Column("snapshot", texts([one.id for one in newest], "cyan"), right=False),
        Column("published", texts(published), right=False),
        Column("as of", texts([show_moment(one.as_of, time_zone) for one in newest]), right=False),
        Column("rows", [Text(f"{_rows(one):,}") for one in newest]),
        Column("quarantined", [Text(f"{_quarantined(one):,}") for one in newest]),
    )
    yield from draw(Sheet(columns), width)


def _rows(one: Snapshot) -> int:
    """Rows of the source tables; what is derived from them is not counted again."""
    return sum(balance.accepted for balance in one.balance.values())


def _quarantined(one: Snapshot) -> int:
    return sum(balance.quarantined for balance in one.balance.values())


def diff(workspace: Workspace, first: str, second: str | None, as_json: bool) -> None:
    """What came, went and changed; without a second snapshot, from the first to the current one."""
    found = workspace.compare_snapshots(first, second or _current(workspace))
    if as_json:
        messages.write(json.dumps(asdict(found), indent=1))
        return
    messages.show(*_differences(found, messages.page().width))


def _current(workspace: Workspace) -> str:
    known = workspace.snapshots()
    if not known:
        raise AccountlensError("Nothing is published yet.", mend="Run 'accountlens refresh' first.")
    return known[0].id


def _differences(found: SnapshotDiff, width: int) -> Iterator[RenderableType]:
    title = f"From {found.first} to {found.second}"
    if found.tables:
        columns = [Column("table", texts([one.table for one in found.tables]), right=False)]
        for place, head in enumerate(("rows then", "rows now")):
            columns.append(Column(head, texts([f"{one.rows[place]:,}" for one in found.tables])))
        for head in ("came", "went", "changed"):
            columns += [Column(head, [_count(getattr(one, head)) for one in found.tables])]
        if any(one.columns for one in found.tables):
            columns.append(Column("columns", texts([", ".join(one.columns) for one in found.tables]), False, True))
        yield from draw(Sheet(tuple(columns), title), width)
    else:
        yield Text(f"{title}: no row differs.", style="bold")
    if found.same and found.tables:
        yield Text(f"{numbers.count(found.same, 'table')} without a difference.", style="dim")
    if found.definitions:
        yield Text(f"Changed definitions: {', '.join(found.definitions)}.")


def _count(number: int) -> Text:
    return Text(f"{number:,}", style="" if number else "dim")


def vacuum(workspace: Workspace, keep: int | None, older_than: str | None, dry_run: bool) -> None:
    days = _days(older_than) if older_than is not None else None
    done = workspace.vacuum(keep=keep, days=days, dry_run=dry_run)
    for id_ in done.snapshots:
        messages.show(Text(f"  {id_}"))
    kept = len(workspace.snapshots()) - (len(done.snapshots) if dry_run else 0)
    verb = "would be removed" if dry_run else "removed"
    gone = f"{numbers.count(len(done.snapshots), 'snapshot')} and {numbers.count(done.files, 'file')} "
    messages.show(Text(f"{gone}({done.size_bytes / 1e6:,.1f} MB) {verb}, {numbers.count(kept, 'snapshot')} kept."))


def _days(text: str) -> int:
    """`90d` or `90`."""
    number = text.removesuffix("d")
    if not number.isdecimal():
        raise AccountlensError(f"'{text}' is no number of days.", mend="Write --older-than 90d.")
    return int(number)
