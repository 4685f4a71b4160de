"""The checked catalog, kept between runs in the user's own cache folder until a definition or setting changes.

Never in the workspace: a pickle can run code when it is read, and workspaces are passed from hand to hand.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings

BUILT_IN = Path(__file__).parent
Schemas = Mapping[str, Sequence[tuple[str, str]]]
KEPT = 60  # catalogs kept, of half a megabyte each; the oldest go first
# settings that no definition reads
NOT_READ = {"sources", "entities", "snapshots", "schedules", "access", "delivery", "figures"}


def cached_catalog(settings: Settings, workspace: Path, schemas: Schemas) -> Catalog:
    """The catalog from the cache where nothing changed, else loaded, checked and kept."""
    path = _folder() / f"{_key(settings, workspace, schemas)}.pickle"
    with suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
        found = pickle.loads(path.read_bytes())
        if isinstance(found, Catalog):
            return found
    from accountlens.catalog.loader import load_catalog

    catalog = load_catalog(settings, workspace, schemas)
    with suppress(OSError):
        _keep(path, pickle.dumps(catalog))
    return catalog


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "accountlens" / "catalogs"


def _keep(path: Path, content: bytes) -> None:
    """Written whole or not at all; readable by the user alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
    for old in sorted(path.parent.glob("*.pickle"), key=lambda item: item.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _key(settings: Settings, workspace: Path, schemas: Schemas) -> str:
    """Everything the catalog depends on: definitions, the code that reads them, settings, columns."""
    parts = [
        settings.model_dump_json(by_alias=True, exclude=NOT_READ),
        json.dumps({name: list(columns) for name, columns in schemas.items()}),
    ]
    for file in _files(workspace):
        stat = file.stat()
        parts.append(f"{file}|{stat.st_mtime_ns}|{stat.st_size}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _files(workspace: Path) -> Iterator[Path]:
    code = BUILT_IN.parent
    yield from (file for part in ("catalog", "language", "warehouses") for file in sorted((code / part).glob("*.py")))
    for folder in (BUILT_IN, workspace):
        for pattern in ("entities/*.yaml", "facts/*.sql", "kpis/**/*.yaml"):
            yield from sorted(folder.glob(pattern))
