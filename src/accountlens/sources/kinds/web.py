"""Files behind URLs: a spreadsheet published as CSV, an export that a tool keeps at an address."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import duckdb
from pydantic import Field

from accountlens.sources import files
from accountlens.sources.download import WebSettings, download
from accountlens.sources.landed import LANDING, Landed
from accountlens.sources.naming import table_name
from accountlens.sources.secrets import Secrets
from accountlens.warehouses.expand import quoted

Reading = Callable[[str, int, int], None]
NO_PAGE = "A sheet must be published as CSV (File, Share, Publish to the web), so that nobody has to sign in."


class Settings(WebSettings):
    """Files behind URLs: CSV, JSON, Excel, Parquet."""

    type: Literal["web"] = "web"
    urls: dict[str, str] = Field(min_length=1, description="The address of each table: {goals: https://...}")


def recognise(text: str) -> dict[str, object] | None:
    """`https://…`: one table, called after the file."""
    if not text.startswith(("https://", "http://")):
        return None
    name = table_name(Path(urlsplit(text).path).stem)
    return {"type": "web", "urls": {name if name.isascii() else "table": text}}


def land(
    con: duckdb.DuckDBPyConnection, name: str, source: Settings, folder: Path, progress: Reading | None = None
) -> list[Landed]:
    """Fetch each file, then land it like one of a folder."""
    secrets = Secrets(folder)
    landed: list[Landed] = []
    for done, (table, address) in enumerate(source.urls.items()):
        where = f"source '{name}', urls, {table}"
        if progress:
            progress(table, done, len(source.urls))
        with tempfile.TemporaryDirectory(prefix="accountlens-") as scratch:
            path = download(source, secrets, secrets.fill(address, where), Path(scratch, table), where, NO_PAGE)
            settings = files.FilesSettings.model_validate({"path": str(path)})
            landed += _kept(con, files.land(con, name, settings, Path(scratch)), path)
    if progress:
        progress("", len(source.urls), len(source.urls))
    return landed


def _kept(con: duckdb.DuckDBPyConnection, landed: list[Landed], path: Path) -> list[Landed]:
    """Parquet is read from its file, which goes: its rows are kept."""
    if path.suffix == ".parquet":
        for item in landed:
            view = f"{quoted(item.source)}.{quoted(item.table)}"
            place = f"{quoted(LANDING)}.{quoted(f'{item.source}/{item.file}')}"
            con.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM {view} ORDER BY _row")
            con.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {place}")
    return landed
