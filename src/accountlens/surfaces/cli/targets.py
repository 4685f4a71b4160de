"""`accountlens targets`: what KPIs are to reach, how they run, and every version there was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import refuse
from accountlens.lists.files import read_csv
from accountlens.pacing.telling import told_targets, told_version
from accountlens.people.users import users
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import read_instant, show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts
from accountlens.targets.files import exported, imported
from accountlens.targets.fitting import Wish
from accountlens.targets.target import write_amount

if TYPE_CHECKING:
    from accountlens.workspace import Workspace

Row = Mapping[str, Any]
STYLES = {"ahead": "green", "behind": "red", "on": "", "unknown": "dim"}


def targets(
    workspace: Workspace, kpi: str | None, scope: str | None, period: str | None, as_of: str | None, as_json: bool
) -> None:
    book, zone = workspace.targets(), workspace.house.time_zone
    at = read_instant(as_of, zone)
    rows = told_targets(book, book.wanted(kpi, scope, period, at), _names(workspace), True, at, pace=True)
    if as_json:
        messages.write(json.dumps(rows, indent=1, default=str))
        return
    if not rows:
        messages.tell(messages.hint("There is no such target.", "accountlens targets set mrr +10% --period 2027-Q4"))
        return
    moment = at or book.opened.snapshot.as_of
    title = f"Targets as of {show_moment(moment, zone)}, money in {workspace.house.currency}"
    messages.show(*draw(_sheet(rows, title), messages.page().width))
    reasons = Counter(why for row in rows if (why := _why(row)))
    for why, count in reasons.items():
        messages.tell(messages.note(f"{why} ({numbers.count(count, 'target')})"))


def set_target(
    workspace: Workspace, kpi: str, amount: str, period: str, scope: str, base: str | None, note: str, since: str | None
) -> None:
    book, zone = workspace.targets(), workspace.house.time_zone
    told = parse_instant(since, zone) if since else None
    one = book.set([Wish(kpi, scope, period, amount, base, note, told)], None)[0]
    worth, unit = book.worths([one])[one.number], book.kpi(one).unit
    told_worth = numbers.show(worth.value, unit, workspace.house.currency)
    messages.show(Text(f"{one}: {told_worth}" + (f" ({write_amount(one.amount)})" if worth.why else "")))
    if worth.why:
        messages.tell(messages.note(worth.why))


def retire(workspace: Workspace, kpi: str, period: str, scope: str, note: str) -> None:
    book = workspace.targets()
    gone = book.retire(book.named(kpi, scope, period).id, None, note)
    messages.show(Text(f"{gone}: retired; its history stays"))


def history(workspace: Workspace, kpi: str, period: str, scope: str, as_json: bool) -> None:
    book, zone = workspace.targets(), workspace.house.time_zone
    versions = book.history(book.named(kpi, scope, period).id)
    rows = [told_version(one, _names(workspace)) for one in versions]
    if as_json:
        messages.write(json.dumps(rows, indent=1, default=str))
        return
    columns = (
        Column("since", texts([show_moment(row["since"], zone) for row in rows]), right=False),
        Column("amount", texts([row["amount"]["text"] or "retired" for row in rows])),
        Column("by", texts([row["author"] or "" for row in rows], "dim"), right=False),
        Column("written down", texts([show_moment(row["recorded_at"], zone) for row in rows], "dim"), right=False),
        Column("note", texts([row["note"] for row in rows]), right=False, wrap=True),
    )
    messages.show(*draw(Sheet(columns, str(versions[-1])), messages.page().width))


def take(workspace: Workspace, file: Path, check: bool) -> None:
    book = workspace.targets()
    found = imported(book, read_csv(file), None)
    refuse(found.faults, file.name)
    if not check:
        book.keep(found.wanted)
    verb = "would be set" if check else "set"
    empty = f", {found.empty:,} without an amount" if found.empty else ""
    messages.show(Text(f"{numbers.count(len(found.wanted), 'target')} {verb}, {found.unchanged:,} as before{empty}"))


def export(workspace: Workspace, out: Path | None, as_of: str | None) -> None:
    book = workspace.targets()
    found = book.all(read_instant(as_of, workspace.house.time_zone))
    text = exported(book, found)
    if out is None:
        messages.write(text.removesuffix("\n"))
        return
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise AccountlensError(f"It can't be written: {error.strerror}.", str(out)) from error
    messages.tell(f"{numbers.count(len(found), 'target')} written to {out}")


def _sheet(rows: Sequence[Row], title: str) -> Sheet:
    def shown(row: Row, name: str) -> str:
        value = row["worth"] if name == "worth" else row["pace"][name]
        return numbers.show(value, row["unit"], short=True)

    def leading(row: Row) -> str:
        if row["pace"]["forecast_low"] is None:
            return shown(row, "forecast") if row["pace"]["forecast"] is not None else ""
        return f"{shown(row, 'forecast_low')}–{shown(row, 'forecast_high')}"

    return Sheet(
        (
            Column("kpi", texts([row["kpi"] for row in rows], "cyan"), right=False),
            Column("for", texts([_whose(row) for row in rows]), right=False),
            Column("period", texts([row["period"]["label"] for row in rows]), right=False),
            Column("target", texts([shown(row, "worth") for row in rows])),
            Column("there", texts([shown(row, "actual") for row in rows])),
            Column("by now", texts([shown(row, "expected") for row in rows])),
            Column("leads to", texts([leading(row) for row in rows])),
            Column("pace", [Text(_verdict(row), style=STYLES[row["pace"]["verdict"]]) for row in rows], right=False),
        ),
        title,
    )


def _whose(row: Row) -> str:
    scope = row["scope"]
    return scope["name"] if scope["kind"] in ("company", "owner", "account") else f"{scope['kind']} {scope['name']}"


def _verdict(row: Row) -> str:
    pace = row["pace"]
    return "coming" if pace["state"] == "coming" else pace["verdict"] + (", over" if pace["state"] == "over" else "")


def _why(row: Row) -> str | None:
    reason: str | None = row["why"] or (row["pace"]["why"] if row["pace"]["state"] == "running" else None)
    return reason


def _names(workspace: Workspace) -> dict[str, str]:
    return {one.id: one.name for one in users(workspace.store)}
