"""`accountlens certify`: what was compared on another engine, and where it differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.progress import Bars
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.certify.differing import Compared
    from accountlens.certify.run import Certificate
    from accountlens.workspace import Workspace


def certify(workspace: Workspace, url: str, as_json: bool) -> int:
    """Compare the current snapshot's facts and KPIs; the exit code."""
    with Bars() as bars:
        found = workspace.certify(url, progress=bars)
    if as_json:
        messages.write(json.dumps({**asdict(found), "passed": found.passed}, indent=1, default=str))
    else:
        messages.show(*_told(found, messages.page().width))
    return 0 if found.passed else 1


def _told(found: Certificate, width: int) -> Iterator[RenderableType]:
    cells = sum(one.cells for one in (*found.facts, *found.kpis))
    compared = f"{len(found.facts)} facts and {len(found.kpis)} KPIs, {cells:,} cells"
    wrong = [one for one in (*found.facts, *found.kpis) if not one.same]
    if found.passed:
        yield Text(f"{found.engine} gives the same numbers: {compared} equal to 1e-9.", "green")
    else:
        yield Text(f"{found.engine} gives other numbers: {len(wrong)} of {compared}.", "bold red")
        yield from draw(Sheet(tuple(_columns(wrong))), width)
    yield Text(
        f"{found.rows:,} rows of {found.tables} tables were put into a schema of their own, which is gone again."
    )
    for name, why in found.left_out.items():
        yield Text(f"left out, as it cannot be computed here either: {name}. {why}", "dim")


def _columns(wrong: list[Compared]) -> Iterator[Column]:
    yield Column("fact or KPI", texts([one.name for one in wrong], "cyan"), right=False)
    yield Column("cells", [Text(f"{one.cells:,}") for one in wrong])
    yield Column("differ", [Text(f"{one.different:,}" if one.fault is None else "–") for one in wrong])
    yield Column("such as", texts([_example(one) for one in wrong]), right=False)


def _example(one: Compared) -> str:
    if one.fault is not None:
        return one.fault
    first = one.shown[0]
    return f"{first.where}: {first.there} there, {first.here} here"
