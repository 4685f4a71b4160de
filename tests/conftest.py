"""Options and fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
