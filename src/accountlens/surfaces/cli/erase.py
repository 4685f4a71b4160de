"""`accountlens erase`: what is kept of a person is shown, then erased, and it is proved that nothing is left."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.erasing.run import Erased, Found
    from accountlens.workspace import Workspace


def erase(workspace: Workspace, who: str, yes: bool) -> None:
    found = workspace.find_person(who) if not yes else None
    if found is not None:
        _show(found)
        _ask()
    with messages.waiting("erasing …"):
        done = workspace.erase(who)
    _tell(done, list(workspace.settings.sources))


def _show(found: Found) -> None:
    person = found.person
    told = [*sorted(person.names), *sorted(person.emails), *(one for ids in person.ids.values() for one in sorted(ids))]
    names = list(found.rows)
    columns = (
        Column("table", texts(names), right=False),
        Column("rows", texts([f"{found.rows[name]:,}" for name in names])),
    )
    title = f"About {', '.join(told)}"
    messages.show(*draw(Sheet(columns, title), messages.page().width))
    kept = numbers.count(found.snapshots, "snapshot")
    messages.show(
        Text(
            f"In {kept}: names, e-mails, titles, comments and all that sources added to these rows are erased for good."
        )
    )
    messages.show(Text("The rows stay, under a pseudonym, so that counts and KPIs do not change."))


def _ask() -> None:
    if not (messages.is_terminal(sys.stdin) and messages.is_terminal(sys.stderr)):
        raise AccountlensError("Nothing was erased.", mend="Add --yes to erase without being asked.")
    messages.tell(Text("Erase? [y/N] "))
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise AccountlensError("Nothing was erased.")


def _tell(done: Erased, sources: list[str]) -> None:
    if not done.records:
        messages.show(Text("What was left to do of an erasure is done."))
    else:
        records = " and ".join(numbers.count(count, kind.removesuffix("s")) for kind, count in done.records.items())
        files = f"{numbers.count(done.files, 'file')} of {numbers.count(done.snapshots, 'snapshot')}"
        messages.show(Text(f"Erased: {records}, from {files}{''.join(f', {note}' for note in done.notes)}."))
    if done.left:
        listed = ", ".join(done.left[:5])
        raise AccountlensError(f"Still named in {listed}.", mend="Run it again; if it stays so, look there by hand.")
    messages.show(Text("Every file of the store was read again: nothing names this person any more."))
    for place, count in done.mentions.items():
        what = f"The name still stands in {place} of rows about others ({count:,}): correct these in their source."
        messages.tell(messages.note(what))
    mend = f"The sources ({', '.join(sources)}) may still have this person: erase there too."
    messages.tell(messages.note(f"{mend} Until then every refresh erases again."))
