"""`accountlens backup` and `accountlens restore`: what is in it, what isn't, and what is still to be done."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.backups import back_up, look, restore
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.program import call
from accountlens.surfaces.cli.progress import Bars

if TYPE_CHECKING:
    from accountlens.backups.manifest import Manifest


def make(folder: Path, to: Path | None, with_secrets: bool, replace: bool, wait: float | None) -> None:
    """Write the back-up; tell what it leaves out."""
    seconds = math.inf if wait is None else wait
    with Bars() as bars:
        made = back_up(
            folder,
            to,
            with_secrets=with_secrets,
            replace=replace,
            wait_seconds=seconds,
            on_wait=_tell_wait,
            progress=bars,
        )
    messages.show(Text(f"Backed up {made.manifest.name} in {made.file} ({_size(made.size_bytes)})"))
    messages.show(*_content(made.manifest))
    _tell_left_out(made.manifest)


def bring_back(file: Path, folder: Path | None, replace: bool, only_check: bool) -> None:
    """Restore a back-up, or only read it whole."""
    if only_check:
        with Bars() as bars:
            manifest = look(file, bars)
        messages.show(Text(f"This back-up of {manifest.name} is whole; nothing was written"), *_content(manifest))
        _tell_left_out(manifest)
        return
    with Bars() as bars:
        restored = restore(file, folder, replace=replace, progress=bars)
    messages.show(Text(f"Restored {restored.manifest.name} in {restored.folder}"), *_content(restored.manifest))
    if restored.before:
        messages.show(Text(f"  what was there is in {restored.before}"))
    if restored.missing_secrets:
        names = ", ".join(restored.missing_secrets)
        what = f"These secrets are named, but not there: {names}. Set them in the environment, or in secrets.env."
        messages.tell(messages.note(what))
    _tell_outside(restored.manifest)
    messages.tell(messages.hint("people sign in again; what is due is sent as if nothing had run since:"))
    messages.tell(messages.hint("  look first", f"{call(restored.folder)} check"))


def _content(manifest: Manifest) -> list[Text]:
    files = numbers.count(len(manifest.files), "file")
    data = f"snapshot {manifest.snapshot}" if manifest.snapshot else "nothing was refreshed yet"
    made = manifest.made_at.replace("T", " ")
    return [Text(f"  as of {made} UTC: {files}, {_size(manifest.size_bytes)}"), Text(f"  {data}")]


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"


def _tell_left_out(manifest: Manifest) -> None:
    if not manifest.secrets:
        messages.tell(messages.note("Secrets (secrets.env, secrets.yaml) are not in it; --with-secrets takes them."))
    _tell_outside(manifest)


def _tell_outside(manifest: Manifest) -> None:
    for place in manifest.outside:
        messages.tell(messages.note(f"Not in it, for it lies outside the workspace: {place}"))


def _tell_wait(holder: str) -> None:
    messages.tell(messages.note(f"A refresh is writing ({holder}); the back-up is made when it has ended."))
