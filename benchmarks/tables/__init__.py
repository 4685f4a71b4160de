"""The tables of the page, in its order."""

from __future__ import annotations

from benchmarks.table import Table
from benchmarks.tables import peers

TABLES: tuple[Table, ...] = (peers.TABLE,)
