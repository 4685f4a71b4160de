"""What is dear to make, kept between runs in the user's own cache folder until something it depends on changes.

Never in the workspace: a pickle can run code when it is read, and workspaces are passed from hand to hand.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

KEPT = 60  # of each kind, of half a megabyte each at most, as a rule; the oldest go first


def kept(kind: str, name: str) -> bytes | None:
    """What was kept under a name; None where nothing was."""
    with suppress(OSError):
        return (_folder(kind) / name).read_bytes()
    return None


def unpickled(content: bytes | None) -> Any:
    """What this version of the program pickled itself; None where it cannot be read."""
    if content is None:
        return None
    import pickle

    with suppress(pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return pickle.loads(content)
    return None


def keep(kind: str, name: str, content: bytes) -> None:
    """Written whole or not at all, readable by the user alone; a cache that cannot be written is none."""
    folder = _folder(kind)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, scratch = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(scratch).replace(folder / name)
        for old in sorted(folder.iterdir(), key=lambda item: item.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)


def stamps(files: Iterable[Iterable[Path]]) -> Iterator[str]:
    """What changes when a file does."""
    for file in (file for some in files for file in sorted(some)):
        stat = file.stat()
        yield f"{file}|{stat.st_mtime_ns}|{stat.st_size}"


def _folder(kind: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "accountlens" / kind
