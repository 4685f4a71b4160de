"""The company that a cluster is measured on: generated here, its files tables of the cluster, its rows never copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from accountlens.demo import generate
from accountlens.warehouses.engine import Connection, Engine

RAW = "raw"
LARGE = ("activities", "usage_events")
SETTINGS = """\
name: Scale
time_zone: Europe/Berlin
currency: EUR
gross_margin: 0.78
warehouse: {{url: '{url}', raw: raw}}
"""


def make(folder: Path, activities: int, accounts: int, skew: float = 0.0) -> Path:
    """The folder of its files. With `skew`, so great a share of the activities are those of one account."""
    data = folder / "data"
    if not data.is_dir():
        shutil.rmtree(folder / "made", ignore_errors=True)
        generate(folder / "made", activities=activities, accounts=accounts, file_format="parquet")
        if skew:
            _skewed(folder / "made" / "data" / "activities.parquet", skew)
        (folder / "made" / "data").rename(data)
    return data


def _skewed(file: Path, share: float) -> None:
    """The same rows, of which every n-th is one account's and of none of its contacts or deals."""
    other = file.with_suffix(".skewed")
    mine = f"hash(activity_id) % 1000 < {round(share * 1000)}"
    columns = ("contact_id", "opportunity_id")
    none = ", ".join(f"CASE WHEN {mine} THEN NULL ELSE {name} END AS {name}" for name in columns)
    first = f"(SELECT min(account_id) FROM '{file}')"
    account = f"CASE WHEN {mine} THEN {first} ELSE account_id END AS account_id"
    rows = f"SELECT * REPLACE ({account}, {none}) FROM '{file}'"
    duckdb.sql(f"COPY ({rows}) TO '{other}' (FORMAT parquet)")
    other.replace(file)


def attach(engine: Engine, connection: Connection, data: Path) -> None:
    """The files as tables of a schema, where they lie."""
    connection.run(engine.make_schema.format(engine.named(RAW)))
    for file in sorted(data.glob("*.parquet")):
        named = engine.named(RAW, file.stem)
        connection.run(f"CREATE TABLE {named} USING parquet OPTIONS (path '{file.as_uri()}')")


def rows_of(data: Path) -> dict[str, int]:
    return {file.stem: pq.read_metadata(file).num_rows for file in sorted(data.glob("*.parquet"))}


def workspace(folder: Path, url: str, figures: str) -> None:
    """Settings of a refresh on the cluster."""
    folder.mkdir(parents=True, exist_ok=True)
    told = f"figures: {figures}\n" if figures else ""
    (folder / "accountlens.yaml").write_text(SETTINGS.format(url=url) + told, encoding="utf-8")
