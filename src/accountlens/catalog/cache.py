"""The checked catalog, kept between runs until a definition or setting changes."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from accountlens.cache import keep, kept, stamps, unpickled
from accountlens.catalog.catalog import Catalog

if TYPE_CHECKING:  # what reads and checks settings takes longer to load than a question to answer
    from accountlens.catalog.house import House
    from accountlens.catalog.settings import Settings

BUILT_IN = Path(__file__).parent
Schemas = Mapping[str, Sequence[tuple[str, str]]]


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


def _key(house: House, workspace: Path, schemas: Schemas) -> str:
    """Everything the catalog depends on: definitions, the code that reads them, settings, columns."""
    columns = json.dumps({name: list(columns) for name, columns in schemas.items()})
    parts = [house.read, columns, *stamps(_files(workspace))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _files(workspace: Path) -> Iterator[Iterable[Path]]:
    yield from (BUILT_IN.parent.glob(f"{part}/*.py") for part in ("catalog", "language", "warehouses"))
    for folder in (BUILT_IN, workspace):
        yield from (folder.glob(pattern) for pattern in ("entities/*.yaml", "facts/*.sql", "kpis/**/*.yaml"))
