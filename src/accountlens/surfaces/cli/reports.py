"""`accountlens report` and `reports`: a review as a file or as Markdown; frozen ones, and what is known now."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from accountlens.choosing.review import pack_named
from accountlens.language import numbers
from accountlens.people.audit import Actor
from accountlens.people.users import users
from accountlens.reports.build import build
from accountlens.reports.cells import change
from accountlens.reports.content import Cadence, Report
from accountlens.reports.forms import form, write
from accountlens.reports.frozen import Frozen, all_frozen, freeze, thaw
from accountlens.reports.known_now import KnownNow, Restated, known_now
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

HERE = Actor(None, "command line")


def report(
    workspace: Workspace,
    cadence: str,
    audience: str,
    period: str | None,
    out: Path | None,
    keep: bool,
    snapshot: str | None,
    goal: str | None,
) -> None:
    if out is not None:
        form(out.suffix.removeprefix("."))  # before anything is asked
    of = pack_named(workspace, goal)
    made = build(workspace, cast(Cadence, cadence), audience, period, snapshot=snapshot, of=of)
    _give(made, out)
    if keep:
        id_ = freeze(workspace.store, made, HERE)
        messages.tell(messages.hint(f"Frozen as {id_}.", f"accountlens reports compare {id_}"))


def _give(made: Report, out: Path | None) -> None:
    if out is None:
        messages.write(form("md").make(made).decode().rstrip())
        return
    write(made, out)
    messages.tell(messages.note(f"{made.name}: written to {out}."))


def listing(workspace: Workspace, as_json: bool = False) -> None:
    found, names = all_frozen(workspace.store, None), {one.id: one.name for one in users(workspace.store)}
    if as_json:
        messages.write(json.dumps([_plain(one) for one in found], indent=1))
        return
    if not found:
        messages.tell(messages.hint("No review is frozen yet.", "accountlens report monthly --freeze"))
        return
    columns = (
        Column("id", texts([one.id for one in found], "cyan"), right=False),
        Column("review", texts([one.name for one in found]), right=False),
        Column("frozen", texts([show_moment(one.frozen_at, workspace.house.time_zone) for one in found]), right=False),
        Column("by", texts([names.get(one.frozen_by or "", "command line") for one in found], "dim"), right=False),
    )
    messages.show(*draw(Sheet(columns), messages.page().width))


def _plain(one: Frozen) -> dict[str, Any]:
    sees = None if one.sees is None else sorted(one.sees)
    return {**asdict(one), "frozen_at": f"{one.frozen_at.isoformat()}Z", "sees": sees}


def show(workspace: Workspace, id_: str, out: Path | None) -> None:
    _give(thaw(workspace.store, None, id_)[1], out)


def compare(workspace: Workspace, id_: str, as_json: bool) -> None:
    head, made = thaw(workspace.store, None, id_)
    found = known_now(workspace, made)
    if as_json:
        messages.write(json.dumps({"id": head.id, "name": head.name, **asdict(found)}, indent=1))
        return
    zone = workspace.house.time_zone
    messages.show(Text(f"{made.name}, frozen {show_moment(head.frozen_at, zone)}", style="bold"))
    if not found.restated:
        messages.show(Text(f"All {len(found.figures)} figures are today what was reported."))
        return
    messages.show(*draw(_sheet(found, made.currency), messages.page().width))
    same = len(found.figures) - len(found.restated)
    closing = [f"{numbers.count(same, 'other figure')} as reported."]
    closing += [] if found.kept else ["The snapshot it was reported from is no longer kept; the review is."]
    messages.show(*(Text(line, style="dim") for line in closing))


def _sheet(found: KnownNow, currency: str) -> Sheet:
    def column(name: str, shown: Any) -> Column:
        return Column(name, texts([shown(one) for one in found.restated]))

    def value(name: str) -> Any:
        return lambda one: numbers.show(getattr(one, name), one.unit, currency)

    def moved(one: Restated) -> str:
        return change(one.change, one.unit, currency)

    return Sheet((
        Column("KPI", texts([one.label for one in found.restated]), right=False),
        column("reported", value("reported")), column("known now", value("now")), column("change", moved),
        Column("why", texts([" ".join(one.words) for one in found.restated]), False, True),
    ))  # fmt: skip
