"""Where a refresh works: a DuckDB of its own, and how it tells what it is doing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from accountlens.refresh.order import Order
from accountlens.warehouses.expand import quoted

TABLES = "_tables"  # the schema of finished tables; sources have theirs, and one may be called `main`
MEMORY_LIMIT = "1GB"  # of DuckDB; what exceeds it goes to the store's scratch folder
MOST_THREADS = 8  # each needs some of the memory


class Keep(Protocol):
    """Makes a table of this name readable, out of a SELECT whose rows are put in an order."""

    def __call__(self, name: str, select: str, order: Order | None = None) -> None: ...


class Progress(Protocol):
    """Told what is being done, how many of its steps are done, and how many there are (0 = not known)."""

    def __call__(self, what: str, done: int, total: int) -> None: ...


@contextmanager
def workbench(folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty DuckDB in memory; what it has no room for goes to a folder that ends with it."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as spill, duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")  # what is under way is told by `Progress`
        con.execute("SET parquet_metadata_cache = true")  # finished files never change
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute(f"SET threads = {min(os.cpu_count() or 1, MOST_THREADS)}")
        con.execute(f"SET temp_directory = '{spill.replace(chr(39), chr(39) * 2)}'")
        yield con


def make_table(con: duckdb.DuckDBPyConnection, name: str, select: str, order: Order | None = None) -> None:
    """Keep a table in the connection."""
    con.execute(f"DROP VIEW IF EXISTS {quoted(name)}; CREATE TABLE {quoted(name)} AS {ordered(select, order)}")


def ordered(select: str, order: Order | None) -> str:
    """The SELECT with its rows in their order."""
    if order is None:
        return select
    month = [month_of(order.time)] if order.time else []
    return f"SELECT * FROM (\n{select}\n) ORDER BY {', '.join([*month, *order.columns])}"


def month_of(time: str) -> str:
    """SQL of the month (its first day, in UTC) that a row lies in."""
    return f"CAST(date_trunc('month', {quoted(time)}) AS DATE)"


def stream(con: duckdb.DuckDBPyConnection, select: str) -> pa.RecordBatchReader:
    """Batches as they are computed: the result is never whole in memory."""
    return pa.RecordBatchReader.from_stream(con.sql(select))


def silent(what: str, done: int, total: int) -> None:
    """Nobody is watching."""
