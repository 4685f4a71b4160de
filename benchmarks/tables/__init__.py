"""The tables of the page, in its order."""

from __future__ import annotations

from benchmarks.table import Table
from benchmarks.tables import attribution, clicks, columns, distincts, generator, peers, processes, refresh, themes

TABLES: tuple[Table, ...] = (
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
