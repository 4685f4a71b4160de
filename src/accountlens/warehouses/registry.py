"""Which engines there are: each is a file of `warehouses/engines`, or another package's module that holds `ENGINE`.

A package offers one with an entry point of the group `accountlens.warehouses`; built-in names are not taken over.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from accountlens.errors import AccountlensError, suggest
from accountlens.warehouses import engines
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.faults import WarehouseError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

GROUP = "accountlens.warehouses"


def own_engines() -> list[str]:
    """The engines that come with accountlens."""
    return [module.name for module in pkgutil.iter_modules(engines.__path__)]


def engine_names() -> list[str]:
    """Every engine there is."""
    own = own_engines()
    return own + sorted({point.name for point in _others()} - set(own))


@cache
def engine_of(name: str) -> Engine:
    """An engine by its name; `AccountlensError` where there is none."""
    try:
        module = importlib.import_module(f"{engines.__name__}.{name}")
    except ModuleNotFoundError:
        found = [point for point in _others() if point.name == name]
        if not found:
            raise AccountlensError(f"There is no engine '{name}'.", mend=suggest(name, engine_names())) from None
        module = found[0].load()
    engine = module.ENGINE
    assert isinstance(engine, Engine)
    return engine


def _others() -> EntryPoints:
    from importlib.metadata import entry_points  # not needed for an engine of our own

    return entry_points(group=GROUP)


def engine_at(url: str) -> Engine:
    """The engine an address leads to; `WarehouseError` where none knows such addresses."""
    scheme = url.partition("://")[0].partition("+")[0]
    known = {scheme: engine for engine in map(engine_of, engine_names()) for scheme in engine.schemes}
    if scheme not in known:
        what = f"No warehouse has addresses that begin with '{scheme}://'."
        raise WarehouseError(what, mend=f"Known are: {', '.join(f'{one}://' for one in known)}.")
    return known[scheme]


@contextmanager
def connected(url: str) -> Iterator[tuple[Engine, Connection]]:
    """A connection to the engine an address leads to; `WarehouseError` where it cannot be reached."""
    engine = engine_at(url)
    if engine.connect is None:
        what = f"accountlens writes SQL for {engine.label}, and does not run there by itself yet."
        mend = f"Bring its tables in as a source, or run on {', '.join(_running())}."
        raise WarehouseError(what, mend=mend)
    connection = engine.connect(url)
    try:
        yield engine, connection
    finally:
        connection.close()


def _running() -> list[str]:
    return [engine.label for engine in map(engine_of, engine_names()) if engine.connect]
