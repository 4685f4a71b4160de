"""A refresh whose large tables lie on a cluster of Apache Spark, one worker of which is lost in the middle.

What comes home comes some accounts at a time.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.remote.company import NOW, Twins, differing, files, fill, tables, warehouse
from tests.remote.conftest import AT_ONCE, ROWS_AT_ONCE
from tests.servers import spark

from accountlens.refresh.remote import facts
from accountlens.standing import making
from accountlens.warehouses.metered import Metered
from accountlens.warehouses.registry import connected

LACKING = spark.lacking()
pytestmark = [pytest.mark.skipif(bool(LACKING), reason=LACKING or ""), pytest.mark.long]


def test_a_worker_is_lost_and_the_numbers_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = tables(tmp_path / "company", visits=3_000)
    here = files(tmp_path / "here", company)
    here.refresh(as_of=NOW)
    with spark.running() as cluster, connected(cluster.url()) as found:  # a cluster forgets tables with its last driver
        fill(*found, "raw", company)
        there, lost = warehouse(tmp_path / "there", cluster.url(), "raw"), list[str]()
        run = Metered.run

        def losing(self: Metered, sql: str) -> None:
            if "engagements" in sql and not lost:
                lost.append(sql)
                cluster.lose_a_worker()
            run(self, sql)

        monkeypatch.setattr(Metered, "run", losing)
        monkeypatch.setattr(making, "AT_ONCE", AT_ONCE)
        monkeypatch.setattr(facts, "AT_ONCE", ROWS_AT_ONCE)
        there.refresh(as_of=NOW)
        assert lost
        current = there.store.current()
        assert current is not None
        assert here.store.current().balance == current.balance  # type: ignore[union-attr]
        assert differing(Twins(here, there), "tier", "2026-08..2026-09") == []
        assert _brought(company) > current.info["remote"]["home"]


def _brought(company: dict[str, pa.Table]) -> int:
    return sum(rows.nbytes for rows in company.values())
