"""What earlier refreshes left in a warehouse is removed, and nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

from accountlens.catalog.settings import Warehouse
from accountlens.refresh.remote.place import Remote, schema_of, tidy
from accountlens.store import Store
from accountlens.warehouses.engine import Connection
from accountlens.warehouses.registry import engine_of

FOREIGN = ("public", "crm", "accountlens", "accountlens_20260101_060000_0badcafe")  # the last one another workspace's


class Listing:
    """A connection to a warehouse that has some schemas."""

    def __init__(self, *schemas: str) -> None:
        self.there, self.dropped = list(schemas), list[str]()

    def schemas(self) -> list[str]:
        return self.there

    def run(self, sql: str) -> None:
        self.dropped.append(sql)


def test_schemas_of_earlier_runs_go_and_those_of_others_stay(tmp_path: Path) -> None:
    store, settings = Store(tmp_path / "store"), Warehouse.model_validate({"url": "postgresql://db.example/analytics"})
    died, before, now = (schema_of(settings, store.start_run()) for _ in range(3))
    connection = Listing(*FOREIGN, died, f"{died}_a1b2c3", before, f"{before}_d4e5f6", now)
    remote = Remote(engine_of("postgres"), cast(Connection, connection), "crm", now, "UTC")
    tidy(remote, store, settings, keep=[before, now])
    assert connection.dropped == [
        f'DROP SCHEMA IF EXISTS "{died}" CASCADE',
        f'DROP SCHEMA IF EXISTS "{died}_a1b2c3" CASCADE',
    ]


def test_a_schema_is_told_by_when_its_run_began() -> None:
    settings = Warehouse.model_validate({"url": "sc://spark.example", "schema": "kpis"})
    began = datetime(2026, 9, 30, 22, 5, 6)
    assert schema_of(settings, f"{began:%Y-%m-%dT%H-%M-%S}-0a1b2c3d") == "kpis_20260930_220506_0a1b2c3d"
