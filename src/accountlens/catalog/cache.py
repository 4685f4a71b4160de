"""What is dear to make, kept between runs in the user's own cache folder until something it depends on changes.

Never in the workspace: a pickle can run code when it is read, and workspaces are passed from hand to hand.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accountlens.catalog.catalog import Catalog

if TYPE_CHECKING:  # what reads and checks settings takes longer to load than a question to answer
    from accountlens.catalog.house import House
    from accountlens.catalog.settings import Settings

BUILT_IN = Path(__file__).parent
Schemas = Mapping[str, Sequence[tuple[str, str]]]
KEPT = 60  # of each kind, of half a megabyte each at most, as a rule; the oldest go first


def cached_catalog(house: House, settings: Callable[[], Settings], workspace: Path, schemas: Schemas) -> Catalog:
    """The catalog from the cache where nothing changed, else loaded, checked and kept."""
    name = _key(house, workspace, schemas)
    found = unpickled(kept("catalogs", name))
    if isinstance(found, Catalog):
        return found
    from accountlens.catalog.loader import load_catalog

    catalog = replace(load_catalog(settings(), workspace, schemas), key=name)
    keep("catalogs", name, pickle.dumps(catalog))
    return catalog


def kept(kind: str, name: str) -> bytes | None:
    """What was kept under a name; None where nothing was."""
    with suppress(OSError):
        return (_folder(kind) / name).read_bytes()
    return None


def unpickled(content: bytes | None) -> Any:
    """What this version of the program pickled itself; None where it cannot be read."""
    if content is None:
        return None
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


def _key(house: House, workspace: Path, schemas: Schemas) -> str:
    """Everything the catalog depends on: definitions, the code that reads them, settings, columns."""
    columns = json.dumps({name: list(columns) for name, columns in schemas.items()})
    parts = [house.read, columns, *stamps(_files(workspace))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _files(workspace: Path) -> Iterator[Iterable[Path]]:
    yield from (BUILT_IN.parent.glob(f"{part}/*.py") for part in ("catalog", "language", "warehouses"))
    for folder in (BUILT_IN, workspace):
        yield from (folder.glob(pattern) for pattern in ("entities/*.yaml", "facts/*.sql", "kpis/**/*.yaml"))
