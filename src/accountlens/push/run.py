"""A push: what is to stand there, set beside what was pushed last, and only what differs written."""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.catalog.habits import PushSettings
from accountlens.catalog.house import FILE_NAME
from accountlens.errors import AccountlensError, suggest
from accountlens.people.audit import Actor, record
from accountlens.push.pushed import Difference, difference, last_of
from accountlens.push.rows import Rows, rows_of
from accountlens.push.targets import target_of
from accountlens.push.targets.address import without_password
from accountlens.sources.secrets import Secrets
from accountlens.store import Store
from accountlens.store.lock import WriterLock
from accountlens.workspace import Workspace

EXAMPLE = "push: {crm: {to: scores.csv, columns: {health: health_score, tier: tier, next_step: next_step}}}"


@dataclass(frozen=True)
class Pushed:
    """`written`: whether anything was. `anew`: the target is new or was emptied, so that all of it is."""

    name: str
    to: str
    rows: Rows
    difference: Difference
    anew: bool
    written: bool


def pushes_of(workspace: Workspace, name: str | None = None) -> dict[str, PushSettings]:
    """Those of the settings, or the one named."""
    known = workspace.settings.push
    if not known:
        raise AccountlensError("Nothing is to be pushed.", FILE_NAME, f"Say what goes where, such as {EXAMPLE}")
    if name is not None and name not in known:
        raise AccountlensError(f"No push is named '{name}'.", FILE_NAME, suggest(name, known) or None)
    return {name: known[name]} if name is not None else dict(known)


def lock_of(store: Store) -> WriterLock:
    """Held by who pushes: what one writes the other is not to write again."""
    return WriterLock(store.folder / "push.lock")


def push(
    workspace: Workspace, name: str, settings: PushSettings, by: Actor, *, dry_run: bool = False, anew: bool = False
) -> Pushed:
    """Write what is new, changed or gone since the last push; with `anew`, or after a restore, everything.

    What was pushed is remembered after it was written: a push that dies between is done again, to the same effect.
    """
    where, secrets = f"{FILE_NAME}, push '{name}'", Secrets(workspace.folder)
    target, last = target_of(settings.to, where, secrets), last_of(workspace.store, name, settings.to)
    anew = not target.there() or anew or last.restored
    rows = rows_of(workspace, settings)
    before = last.read(rows)
    found = difference(rows, {} if anew else before)
    if anew:
        found = Difference(found.new, {}, sorted(before.keys() - rows.by_key.keys()), 0)
    shown = without_password(settings.to)
    if dry_run or not (found or anew):
        return Pushed(name, shown, rows, found, anew, False)
    target.write(rows, found)
    last.write(rows)
    counts = {"new": len(found.new), "changed": len(found.changed), "gone": len(found.gone)}
    record(workspace.store, by, "push", name, to=shown, **counts)
    return Pushed(name, shown, rows, found, anew, True)
