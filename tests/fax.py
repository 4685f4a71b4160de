"""A kind of source of another package that fetches changes, for tests: pages of orders."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

import duckdb
import pytest
from pydantic import ConfigDict

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources import registry
from accountlens.sources.kept import Fetched


class FaxSettings(SourceSettings):
    model_config = ConfigDict(extra="forbid")
    type: Literal["fax"] = "fax"
    number: str = "1"


FAX = FaxSettings.model_validate({})


class Fax:
    """A kind that fetches changes: the orders that have come since."""

    def __init__(self) -> None:
        self.orders: list[str] = ["o1"]
        self.fault = ""
        self.asked: list[list[str]] = []  # what was known each time

    def fetch(self, name: str, source: FaxSettings, folder: Path, file: Path, progress: Any = None) -> Fetched:
        with duckdb.connect(str(file)) as con:
            con.execute("BEGIN; CREATE SCHEMA IF NOT EXISTS landed")
            con.execute(
                "CREATE TABLE IF NOT EXISTS landed.orders "
                "(order_id TEXT, account_id TEXT, ordered_at TEXT, amount INT, currency TEXT, _dlt_id TEXT)"
            )
            con.execute("CREATE TABLE IF NOT EXISTS landed._dlt_loads (id TEXT)")
            known = [row[0] for row in con.execute("SELECT order_id FROM landed.orders").fetchall()]
            self.asked.append(known)
            new = [one for one in self.orders if one not in known]
            for one in new:
                con.execute("INSERT INTO landed.orders VALUES ($1, 'a1', '2024-05-01', 5, 'USD', 'x')", [one])
            if self.fault:
                raise AccountlensError(self.fault, f"source '{name}'")
            con.execute("COMMIT")
        return Fetched(len(new), ("the column fee is new",) if len(new) > 1 else ())


def offer(monkeypatch: pytest.MonkeyPatch, **functions: Callable[..., Any]) -> None:
    """A kind `fax` of another package."""
    module = types.ModuleType("fax_kind")
    vars(module).update(Settings=FaxSettings, **functions)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    points = [EntryPoint("fax", module.__name__, registry.GROUP)]
    monkeypatch.setattr(
        registry, "entry_points", lambda group, name=None: [p for p in points if name in (None, p.name)]
    )
