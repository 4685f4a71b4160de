"""What a back-up says of itself: who wrote it, what it holds, the checksum of each file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from accountlens.errors import AccountlensError
from accountlens.store.state import newest_migration

FORMAT = 1
NAME = "manifest.json"
WORKSPACE = "workspace/"  # before the place of each file, inside the archive
MARK = b"accountlens back-up"  # the comment of the archive: a back-up is known by it without being read


@dataclass(frozen=True)
class Entry:
    """One file of the workspace."""

    size_bytes: int
    sha256: str
    modified_ns: int


@dataclass(frozen=True)
class Manifest:
    format: int
    accountlens: str  # the version that wrote it
    state: str  # the migration its app state stands at
    made_at: str  # UTC
    name: str  # of the folder
    snapshot: str | None  # the current one
    secrets: bool  # whether files with secrets are in it
    outside: tuple[str, ...]  # what the workspace reads that lies elsewhere
    files: Mapping[str, Entry]  # by place in the workspace, with forward slashes

    @property
    def size_bytes(self) -> int:
        return sum(entry.size_bytes for entry in self.files.values())


def this_version() -> str:
    return version("accountlens")


def to_text(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), indent=1)


def from_text(text: bytes, file: str) -> Manifest:
    """Read it; one that a newer version wrote, or nobody of us, is refused with the reason."""
    try:
        told = json.loads(text)
        format_, state = int(told["format"]), str(told["state"])
        if format_ <= FORMAT:
            told["files"] = {_safe(place): Entry(**entry) for place, entry in told["files"].items()}
            manifest = Manifest(**{field.name: told[field.name] for field in fields(Manifest)})
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise damaged(file, "what it says of itself can't be read") from fault
    if format_ > FORMAT or state > newest_migration():
        raise AccountlensError(
            f"This back-up is of a newer version: accountlens {told.get('accountlens')}, app state {state}; "
            f"this is {this_version()}, app state {newest_migration()}.",
            file,
            "Restore it with that version, or one after it. Nothing was written.",
        )
    return manifest


def _safe(place: Any) -> str:
    """The place of a file, if it lies inside the workspace wherever that is."""
    path = PurePosixPath(place)
    if path.is_absolute() or ".." in path.parts or "\\" in place or ":" in path.parts[0]:
        raise ValueError(place)
    return str(path)


def damaged(file: str, how: str) -> AccountlensError:
    mend = "Take another back-up, or copy this one again from where it is kept. Nothing was written."
    return AccountlensError(f"This back-up is damaged: {how}.", file, mend)
