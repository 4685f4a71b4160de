"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from accountlens import cache

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    beside = CHECKOUT.parent / "shared" / "golden"
    parser.addoption(
        "--golden",
        type=Path,
        default=beside if beside.is_dir() else None,
        metavar="DIR",
        help="folder with golden cases (*.json) to run beside the project's own",
    )
    parser.addoption("--long", action="store_true", help="run the full proofs too, which take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --long, the long proofs are left out of the run (not reported as skipped)."""
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def golden_folder(pytestconfig: pytest.Config) -> Path | None:
    """The folder named by --golden, or None where there is none."""
    folder: Path | None = pytestconfig.getoption("--golden")
    return folder


@pytest.fixture(scope="session", autouse=True)
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test waits for the disk, as none can cut its power; catalogs stay at hand for all workers, and the user's own stay."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    event.listen(Engine, "connect", _without_waiting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        patch.setattr(cache, "KEPT", 1000)
        yield
    event.remove(Engine, "connect", _without_waiting)


def _without_waiting(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
