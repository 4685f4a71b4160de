"""`accountlens snapshots`: the published states of the data, the newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
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
