"""`accountlens lists`, `list` and `tier`: who stands where since when, and what the next refresh will change."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.language.instants import parse_instant
from accountlens.lists.batch import read_entries, read_tiers
from accountlens.lists.edits import Edited, Entry
from accountlens.lists.edits import add as add_to
from accountlens.lists.edits import remove as take_off
from accountlens.lists.files import to_csv
from accountlens.lists.overview import members_on, overview
from accountlens.lists.tiers import set_tiers, tiers
from accountlens.lists.times import today
from accountlens.sources.own_records import LISTS, TIERS
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.records import record_sheet
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.lists.memberships import Lists
    from accountlens.workspace import Workspace

EXPORTED = ("account_id", "name", "domain", "tier", "group", "joined_at", "left_at")


def lists(workspace: Workspace, period: str, as_json: bool) -> None:
    kept = workspace.lists()
    start, end = workspace.span(period)
    found = overview(kept, kept.snapshot.as_of, start, end)
    if as_json:
        messages.write(json.dumps([asdict(one) for one in found], indent=1))
        return
    if not found:
        messages.tell(messages.hint("There is no list yet.", "accountlens list create target"))
        return
    columns = [Column("list", texts([one.name for one in found], "cyan"), right=False)]
    columns += [Column("members", texts([f"{one.members:,}" for one in found]))]
    if any(one.control for one in found):
        columns.append(Column("of these control", texts([f"{one.control:,}" if one.control else "" for one in found])))
    columns.append(Column(f"joined, {period}", texts([f"{one.joined:,}" for one in found])))
    columns.append(Column("left", texts([f"{one.left:,}" for one in found])))
    columns.append(Column("kept in", texts([one.kept_in for one in found], "dim"), right=False))
    title = f"Lists as of {show_moment(kept.snapshot.as_of, kept.zone)}"
    messages.show(*draw(Sheet(tuple(columns), title), messages.page().width))
    for one in found:
        if one.pending:
            what = f"{LISTS}/{one.name}.csv has {numbers.count(one.pending, 'change')} that questions see after"
            messages.tell(messages.hint(what, "accountlens refresh"))


def show(workspace: Workspace, name: str, on: str | None, as_json: bool) -> None:
    kept = workspace.lists()
    at = parse_instant(on, kept.zone) if on else kept.snapshot.as_of
    rows = members_on(kept, name, at)
    if as_json:
        messages.write(json.dumps(rows, indent=1, default=datetime.isoformat))
        return
    title = f"{name}: {numbers.count(len(rows), 'account')} as of {show_moment(at, kept.zone)}"
    if not rows:
        messages.show(Text(title, style="bold"))
        return
    table = [tuple(row[column] for column in EXPORTED) for row in rows]
    messages.show(*draw(record_sheet(EXPORTED, table, kept.zone, title), messages.page().width))


def create(workspace: Workspace, name: str) -> None:
    path = workspace.lists().create(name)
    where = f"{LISTS}/{path.name}"
    messages.show(Text.assemble("An empty list, kept in ", (where, "cyan")))
    messages.tell(messages.hint("Fill it:", f"accountlens list add {_word(name)} ACCOUNT...   or   list import FILE"))


def add(
    workspace: Workspace, name: str, accounts: Sequence[str], on: str | None, group: str | None, refresh: bool
) -> None:
    kept = workspace.lists()
    kept.require(name)
    since = _day(kept, on)
    entries = [Entry(account, since, None, group) for account in kept.book.find_all(accounts)]
    _tell(workspace, kept, name, add_to(kept, name, entries), refresh)


def remove(workspace: Workspace, name: str, accounts: Sequence[str], on: str | None, refresh: bool) -> None:
    kept = workspace.lists()
    kept.require(name)
    edited = take_off(kept, name, kept.book.find_all(accounts), _day(kept, on))
    _tell(workspace, kept, name, edited, refresh, "was not on it")


def take(
    workspace: Workspace, name: str, file: Path, on: str | None, group: str | None, replace: bool, refresh: bool
) -> None:
    kept = workspace.lists()
    kept.require(name)
    since = _day(kept, on)
    entries = read_entries(file, kept.book, kept.zone, since, group)
    _tell(workspace, kept, name, add_to(kept, name, entries, replace_on=since if replace else None), refresh)


def export(workspace: Workspace, name: str, on: str | None, out: Path | None) -> None:
    kept = workspace.lists()
    at = parse_instant(on, kept.zone) if on else kept.snapshot.as_of
    found = members_on(kept, name, at)
    rows = [
        {
            key: kept.write_instant(value) if isinstance(value, datetime) else str(value or "")
            for key, value in row.items()
        }
        for row in found
    ]
    text = to_csv(EXPORTED, rows, safe=True)
    if out is None:
        messages.write(text)
    else:
        out.write_text(text, encoding="utf-8", newline="")
        messages.tell(f"{numbers.count(len(rows), 'account')} written to {out}")


def tier(
    workspace: Workspace, name: str | None, accounts: Sequence[str], on: str | None, file: Path | None, refresh: bool
) -> None:
    kept = workspace.lists()
    since = _day(kept, on)
    if file is not None and name is None:
        wanted = read_tiers(file, kept.book, kept.zone, since)
    elif file is None and name is not None and accounts:
        wanted = [(account, name, since) for account in kept.book.find_all(accounts)]
    elif file is None and name is None:
        _show_tiers(kept)
        return
    else:
        mend = "Write 'accountlens tier A ACCOUNT...' or 'accountlens tier --import FILE'."
        raise AccountlensError("It is not clear which accounts are meant.", mend=mend)
    news = set_tiers(kept, wanted)
    messages.show(
        Text(f"{numbers.count(len(news), 'account')} changed in {TIERS}, {len(wanted) - len(news):,} as before")
    )
    if news:
        _offer(workspace, refresh)


def _show_tiers(kept: Lists) -> None:
    found = tiers(kept, kept.snapshot.as_of).counts.items()
    columns = (
        Column("tier", texts([tier if tier is not None else "(unknown)" for tier, _ in found]), right=False),
        Column("accounts", texts([f"{count:,}" for _, count in found])),
    )
    title = f"Tiers as of {show_moment(kept.snapshot.as_of, kept.zone)}"
    messages.show(*draw(Sheet(columns, title), messages.page().width))


def _day(kept: Lists, on: str | None) -> datetime:
    return parse_instant(on, kept.zone) if on else today(kept.zone)


def _tell(
    workspace: Workspace, kept: Lists, name: str, edited: Edited, refresh: bool, otherwise: str = "already so"
) -> None:
    told = [("joined", edited.joined), ("left", edited.left), ("changed group", edited.moved)]
    parts = [f"{len(ids):,} {fate}" for fate, ids in told if ids]
    parts += [f"{len(edited.unchanged):,} {otherwise}"] if edited.unchanged else []
    messages.show(Text(f"{name}: {', '.join(parts) or 'nothing to do'}  ({LISTS}/{name}.csv)"))
    for _, ids in told:
        names = [kept.book.accounts[one].name if one in kept.book.accounts else one for one in ids]
        if 0 < len(names) <= 5:
            messages.tell(messages.hint(f"  {', '.join(names)}"))
    if any(ids for _, ids in told):
        _offer(workspace, refresh)


def _offer(workspace: Workspace, refresh: bool) -> None:
    """It counts from the next refresh on: do it now, where that is wanted."""
    from accountlens.surfaces.cli.refresh import run

    asked = not refresh and messages.is_terminal(sys.stdin) and messages.is_terminal(sys.stderr)
    if asked:
        messages.tell(Text("Questions see it after a refresh. Refresh now? [y/N] "))
        refresh = sys.stdin.readline().strip().lower() in ("y", "yes")
    if refresh:
        messages.show(Text(f"snapshot {run(workspace).snapshot}"))
    elif not asked:
        messages.tell(messages.hint("Questions see it after", "accountlens refresh"))


def _word(name: str) -> str:
    return f"'{name}'" if " " in name else name
