"""`accountlens matches`, `merge` and `unmerge`: what waits for a person, and what it would change."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.accounts.decision_files import MATCHES, MERGES
from accountlens.errors import AccountlensError, suggest
from accountlens.language import numbers
from accountlens.matches.decide import Change, undo, wanted, write
from accountlens.matches.decide import unmerge as take_apart
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.refresh import run
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.matches.preview import Preview
    from accountlens.matches.review import Item, Matches
    from accountlens.workspace import Workspace

WORDS = ("accept", "reject", "undo")
MOST_KPIS = 12  # of a preview


def listed(workspace: Workspace, limit: int, as_json: bool) -> None:
    kept = workspace.matches()
    waiting = kept.waiting()
    if as_json:
        messages.write(json.dumps(for_machines(kept, waiting), indent=1))
        return
    width = messages.page().width
    messages.show(*_found(kept, width))
    if not waiting:
        messages.tell("Nothing waits for a decision.")
        return
    messages.show(*_waiting(waiting, limit, width))
    example = next((one for one in waiting if one.kind != "account"), waiting[0])
    command = f"accountlens matches accept {quote(_said(example))} {quote(example.candidates[0].account_id)}"
    messages.tell(messages.hint("See what one would change, then decide:", f"{command} --preview"))


def for_machines(kept: Matches, waiting: Sequence[Item]) -> dict[str, Any]:
    return {
        "snapshot": kept.snapshot.id,
        "waiting": [asdict(one) for one in waiting],
        "matched": [dict(zip(("entity", "method", "rows", "lowest"), row, strict=True)) for row in kept.found()],
        "merged": [dict(zip(("loser_id", "survivor_id", "source"), row, strict=True)) for row in kept.merged()],
    }


def _found(kept: Matches, width: int) -> Iterator[RenderableType]:
    found = kept.found()
    if found:
        columns = (
            Column("table", texts([row[0] for row in found], "cyan"), right=False),
            Column("found by", texts([row[1].replace("_", " ") for row in found]), right=False),
            Column("rows", texts([f"{row[2]:,}" for row in found])),
            Column("confidence from", texts([f"{row[3]:.2f}" for row in found])),
        )
        yield from draw(Sheet(columns, "Matched beside the ids of their rows"), width)
    if merged := kept.merged():
        yield Text(f"{numbers.count(len(merged), 'account')} merged into others.", style="dim")
    if found or merged:
        yield Text()


def _waiting(waiting: Sequence[Item], limit: int, width: int) -> Iterator[RenderableType]:
    shown = waiting[:limit]
    columns = (
        Column("what", texts([_said(one) for one in shown], "cyan"), right=False),
        Column("rows", texts([_rows(one.rows) for one in shown]), right=False),
        Column("may be", texts([_candidates(one) for one in shown]), right=False, wrap=True),
    )
    rows = sum(one.waiting for one in waiting)
    title = f"{numbers.count(len(waiting), 'decision')} to make, for {numbers.count(rows, 'row')}"
    yield from draw(Sheet(columns, title), width)
    if len(waiting) > limit:
        yield Text(
            f"{len(waiting) - limit:,} more (--limit {len(waiting)} shows all, --json for machines)", style="dim"
        )


def _said(item: Item) -> str:
    return f"{item.kind}:{item.value}"


def _rows(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{entity} {count:,}" for entity, count in rows.items()) or "the same account twice?"


def _candidates(item: Item) -> str:
    return "; ".join(f"{one.account_id} {one.name} ({one.confidence:.2f}, {one.method})" for one in item.candidates)


def decide(
    workspace: Workspace,
    what: str,
    value: str | None,
    account: str | None,
    note: str,
    period: str,
    preview: bool,
    refresh: bool,
) -> None:
    if what not in WORDS:
        raise AccountlensError(f"'{what}' can't be done.", mend=suggest(what, WORDS) or f"Say {', '.join(WORDS)}.")
    if value is None:
        asked = "undone" if what == "undo" else f"{what}ed"
        raise AccountlensError(f"What is to be {asked}?", mend="Name it as the list does: domain:acme.com")
    kept = workspace.matches()
    if what == "undo":
        taken = undo(kept, value)
        messages.show(Text(f"{numbers.count(taken, 'decision')} taken out of {MATCHES}."))
        _then(workspace, refresh)
        return
    _carry_out(workspace, kept, wanted(kept, value, account, what == "accept"), None, note, period, preview, refresh)


def merge(
    workspace: Workspace,
    loser: str,
    survivor: str,
    on: str | None,
    note: str,
    period: str,
    preview: bool,
    refresh: bool,
) -> None:
    kept = workspace.matches()
    change = wanted(kept, f"account:{kept.book.find(loser).id}", survivor, accepted=True)
    _carry_out(workspace, kept, change, _day(on), note, period, preview, refresh)


def unmerge(workspace: Workspace, loser: str, refresh: bool) -> None:
    take_apart(workspace.matches(), loser)
    messages.show(Text(f"Taken out of {MERGES}: {loser} is an account of its own again."))
    _then(workspace, refresh)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise AccountlensError(f"'{text}' is no date.", mend="Write it like 2026-03-01.") from error


def _carry_out(
    workspace: Workspace,
    kept: Matches,
    change: Change,
    on: date | None,
    note: str,
    period: str,
    preview: bool,
    refresh: bool,
) -> None:
    """Show what a decision would change, or write it down."""
    if preview:
        with messages.waiting("asking KPIs before and after"):
            found = workspace.preview(change, period)
        messages.show(*_preview(workspace, kept, change, found, messages.page().width))
        return
    file = write(kept, change, on=on, by=_by(), note=note)
    messages.show(Text.assemble(_sentence(kept, change), " Kept in ", (file, "cyan"), "."))
    _then(workspace, refresh)


def _sentence(kept: Matches, change: Change) -> str:
    of = f"{change.account_id} {kept.name(change.account_id)}" if change.account_id else "nobody"
    if change.kind == "account":
        word = "counts as" if change.accepted else "is another company than"
        return f"{change.value} {kept.name(change.value)} {word} {of}."
    if not change.account_id:
        return f"The {change.kind} {change.value} is nobody's."
    return f"The {change.kind} {change.value} {'is' if change.accepted else 'is not'} {of}'s."


def _by() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""  # a container without names


def _then(workspace: Workspace, refresh: bool) -> None:
    if refresh:
        report = run(workspace)
        messages.show(Text(f"snapshot {report.snapshot}, {report.seconds:.1f} s"))
    else:
        messages.tell(messages.hint("Questions see it after", "accountlens refresh"))


def _preview(
    workspace: Workspace, kept: Matches, change: Change, found: Preview, width: int
) -> Iterator[RenderableType]:
    yield Text(_sentence(kept, change), style="bold")
    if not found.rows:
        yield Text("No row would move.")
        return
    yield Text(f"Rows of another account: {_rows(found.rows)}.")
    name = f"{change.account_id} {kept.name(change.account_id)}"
    for title, moved in (("All accounts", found.moved), (name, found.of_account)):
        if moved:
            yield Text()
            yield from draw(_moved_sheet(workspace, moved, f"{title}, {found.period}"), width)
            if len(moved) > MOST_KPIS:
                yield Text(f"{len(moved) - MOST_KPIS} more move", style="dim")
    still = found.asked - len(found.moved)
    yield Text(
        f"{numbers.count(found.asked, 'KPI')} asked before and after; {still} do not move in total.", style="dim"
    )


def _moved_sheet(workspace: Workspace, moved: Sequence[Mapping[str, Any]], title: str) -> Sheet:
    shown, money = moved[:MOST_KPIS], workspace.settings.currency
    labels = [workspace.catalog.kpis[row["kpi"]].label for row in shown]

    def values(column: str) -> list[Text]:
        return texts([numbers.show(row[column], row["unit"], money) for row in shown])

    columns = (
        Column("KPI", texts(labels), right=False),
        Column("now", values("before")),
        Column("then", values("after")),
        Column("change", texts([_change(row) for row in shown])),
    )
    return Sheet(columns, title)


def _change(row: Mapping[str, Any]) -> str:
    before, after = row["before"], row["after"]
    if before is None or after is None:
        return ""
    return numbers.change(after, before, after - before, row["unit"])
