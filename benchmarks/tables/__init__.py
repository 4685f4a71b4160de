"""The tables of the page, in its order."""

from __future__ import annotations

from benchmarks.table import Table
from benchmarks.tables import (
    attribution,
    clicks,
    columns,
    distincts,
    generator,
    peers,
    processes,
    refresh,
    themes,
    web_clicks,
    web_load,
    web_pages,
    web_scroll,
)

ENGINE: tuple[Table, ...] = (
    columns.TABLE,
    peers.TABLE,
    clicks.TABLE,
    refresh.TABLE,
    distincts.TABLE,
    attribution.TABLE,
    processes.TABLE,
    themes.TABLE,
    generator.TABLE,
)
WEB: tuple[Table, ...] = (web_pages.TABLE, web_scroll.TABLE, web_clicks.TABLE, web_load.TABLE)
TABLES = (*ENGINE, *WEB)
