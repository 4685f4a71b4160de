"""`accountlens goals`: what there is to choose from, one goal with its figures, and a start with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.boards.dashboards import Shared
from accountlens.choosing.aims import to_sheet
from accountlens.choosing.goals import goal_named, goals
from accountlens.choosing.start import Started, begun, start
from accountlens.choosing.telling import told_aims, told_goal, told_made, told_short
from accountlens.language import numbers
from accountlens.pages.stand import Stand, stand
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.program import call
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts
from accountlens.surfaces.cli.users import me

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

HERE = Viewer("", "", "", Role.ADMIN)  # what is made here is nobody's own: all may look, admins may change it
HEADS = {"leading": "Leading", "lagging": "Lagging"}
Row = Mapping[str, Any]


def listing(workspace: Workspace, as_json: bool) -> None:
    here = stand(workspace)
    rows = [told_short(here, one, begun(workspace, one, HERE)[0]) for one in goals(workspace).values()]
    if as_json:
        messages.write(json.dumps(rows, indent=1))
        return
    columns = (
        Column("goal", texts([row["goal"] for row in rows], "cyan"), right=False),
        Column("asks", texts([row["asks"] for row in rows]), right=False, wrap=True),
        Column("KPIs known", [_counted(row) for row in rows]),
        Column("review", texts([row["review"] for row in rows], "dim"), right=False),
        Column("started", texts(["yes" if row["dashboard"] else "" for row in rows], "green"), right=False),
    )
    messages.show(*draw(Sheet(columns), messages.page().width))
    messages.tell(messages.hint("One of them, with its figures:", f"{call(workspace.folder)} goals {rows[0]['goal']}"))


def _counted(row: Row) -> Text:
    return Text(f"{row['known']} of {row['kpis']}", style="" if row["known"] == row["kpis"] else "yellow")


def one_goal(workspace: Workspace, name: str, as_json: bool) -> None:
    here, goal = stand(workspace), goal_named(workspace, name)
    told = told_goal(here, goal, *begun(workspace, goal, HERE))
    told["serving"] = _with_figures(here, told["serving"], told["period"])
    if as_json:
        messages.write(json.dumps(told, indent=1))
        return
    about = f"Figures of {told['period'].replace('-', ' ')}, and their change since the period before."
    messages.show(Text.assemble((goal.label, "bold"), f"  {goal.asks}"), Text(about, style="dim"), Text())
    for role, head in HEADS.items():
        rows = [row for row in told["serving"] if row["role"] == role]
        if rows:
            messages.show(*draw(_sheet(rows, head, workspace.house.currency), messages.page().width), Text())
    messages.show(*_missing(told["serving"]))
    if told["dashboard"]:
        messages.tell(messages.note(f"Started: the dashboard '{told['dashboard']['name']}' is there."))
    else:
        messages.tell(messages.hint("To begin with it:", f"{call(workspace.folder)} goals {name} --start"))


def _with_figures(here: Stand, rows: Sequence[Row], period: str) -> list[dict[str, Any]]:
    """Each with its value and change; what lacks its data has none."""
    known = [row["kpi"] for row in rows if not row["lacks"]]
    found = here.ask(known, period=period, compare=["previous"]).rows() if known else []
    told = dict(zip(known, found, strict=True))
    return [{**row, **_figure(told.get(row["kpi"]))} for row in rows]


def _figure(found: Row | None) -> dict[str, Any]:
    before = found["compare"]["previous"] if found else {"value": None, "change": None}
    return {"value": found["value"] if found else None, "before": before["value"], "change": before["change"]}


def _sheet(rows: Sequence[Row], head: str, currency: str) -> Sheet:
    def change(row: Row) -> str:
        return numbers.change(row["value"], row["before"], row["change"], row["unit"])

    return Sheet((
        Column(head, texts([row["label"] for row in rows]), right=False),
        Column("value", texts([numbers.show(row["value"], row["unit"], currency) for row in rows])),
        Column("change", texts([change(row) for row in rows])),
        Column("data", [_data(row) for row in rows], right=False),
        Column("why", texts([row["why"] for row in rows], "dim"), right=False, wrap=True),
    ))  # fmt: skip


def _data(row: Row) -> Text:
    lacking = [lack["entity"] for lack in row["lacks"]]
    return Text(f"no {', '.join(lacking)}", style="yellow") if lacking else Text("there", style="green")


def _missing(rows: Sequence[Row]) -> Iterator[Text]:
    """Each entity that is missing, once: how to begin, and what brings it."""
    for lack in {lack["entity"]: lack for row in rows for lack in row["lacks"]}.values():
        brought = f" From {' or '.join(lack['systems'])} it is taken ready mapped." if lack["systems"] else ""
        yield Text.assemble((f"Missing: {lack['entity']}. ", "yellow"), f"{lack['first_step']}{brought} {lack['mend']}")


def start_goal(workspace: Workspace, name: str, period: str | None, as_json: bool) -> None:
    goal = goal_named(workspace, name)
    made = start(workspace, goal, HERE, me(), shared=Shared.LOOK, period=period)
    sheet = Path("goals") / f"{name}-targets.csv"
    written = _write(workspace.folder / sheet, made)
    if as_json:
        told = {"dashboard": told_made(made.dashboard), "frozen": told_made(made.review), "sheet": str(sheet)}
        aims = told_aims(workspace.targets(), made.targets)
        messages.write(json.dumps({**told, "sheet_new": written, "targets": aims}, indent=1))
        return
    program = call(workspace.folder)
    messages.show(*_said(made, workspace.folder / sheet, written))
    messages.tell(
        messages.hint("When the amounts are filled in:", f"{program} targets import {workspace.folder / sheet}"),
        messages.hint(f"The review, {goal.review}:", f"{program} report {goal.review} --goal {name} --out review.pdf"),
        messages.hint("The dashboard:", f"{program} serve"),
    )


def _said(made: Started, sheet: Path, written: bool) -> Iterator[Text]:
    for what, one in (("Dashboard", made.dashboard), ("Review", made.review)):
        yield Text(f"{what:<10}{one.name} ({'new' if one.new else 'there already'}, {one.id})")
    empty = sum(one.target is None for one in made.targets)
    what = f"{sheet} ({'new' if written else 'there already, left as it is'})"
    yield Text(f"{'Targets':<10}{what if empty else 'all are set'}, {empty} of {len(made.targets)} to fill in")


def _write(path: Path, made: Started) -> bool:
    """Whether the sheet was written: one that is there may be half filled in, and stays."""
    if path.exists() or all(one.target for one in made.targets):
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(to_sheet(made.targets), encoding="utf-8")
    return True
