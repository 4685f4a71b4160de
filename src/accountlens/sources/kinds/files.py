"""Files in a folder, or objects of a store elsewhere: CSV, Parquet, Excel, JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from accountlens.sources.files import FilesSettings as Settings
from accountlens.sources.files import land
from accountlens.sources.kept import Fetched
from accountlens.sources.objects import mirror

__all__ = ["Settings", "fetch", "land"]


def fetch(
    name: str, source: Settings, folder: Path, file: Path, progress: Callable[[str, int, int], None] | None = None
) -> Fetched:
    """Bring the copies of objects up to date; they land like files."""
    assert source.path is not None
    return mirror(name, source.path, folder, file, progress)
