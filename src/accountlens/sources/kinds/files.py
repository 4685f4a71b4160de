"""Files in a folder: CSV, Parquet, Excel, JSON."""

from __future__ import annotations

from accountlens.sources.files import FilesSettings as Settings
from accountlens.sources.files import land

__all__ = ["Settings", "land"]
