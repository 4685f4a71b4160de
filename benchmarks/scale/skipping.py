"""What a question about a tenth of the accounts reads of a table: as a refresh makes it, and sorted by account."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.machine import described
from benchmarks.scale.eventlog import works
from benchmarks.scale.measure import LOGGED, PLACE, SETTINGS, WORKER_MEMORY
from benchmarks.scale.runs import KEPT
from tests.servers import spark

from accountlens.warehouses.registry import connected

FILE = KEPT / "skipping.json"
ROWS, ACCOUNTS, PARTS = 8_000_000, 100_000, 10
EVENTS = f"""\
CREATE TABLE made AS SELECT CONCAT('A', LPAD(PMOD(HASH(id), {ACCOUNTS}), 6, '0')) AS account_id,
  TIMESTAMPADD(MINUTE, CAST(id % 1000000 AS INT), TIMESTAMP '2024-10-01') AS occurred_at, id % 9 AS kind
FROM RANGE(0, {ROWS}, 1, 8)"""
SORTED = "CREATE TABLE sorted AS SELECT * FROM made ORDER BY account_id, occurred_at"
TENTH = f"account_id >= 'A{3 * ACCOUNTS // PARTS:06}' AND account_id < 'A{4 * ACCOUNTS // PARTS:06}'"
ASKED = "SELECT account_id, DATE_TRUNC('month', occurred_at) AS month, COUNT(*) AS n FROM {} WHERE {} GROUP BY 1, 2"


def measure() -> dict[str, Any]:
    """Rows read and CPU seconds of each of four statements."""
    PLACE.mkdir(parents=True, exist_ok=True)
    asked = {name: ASKED.format(name, TENTH) for name in ("made", "sorted")}
    with tempfile.TemporaryDirectory(dir=PLACE) as log, spark.running(memory=WORKER_MEMORY, at=PLACE) as cluster:
        url = cluster.url(**SETTINGS, **LOGGED, **{"spark.eventLog.dir": Path(log).as_uri()})
        with connected(url) as (_, connection):
            from pyspark import SparkContext

            for number, sql in enumerate((EVENTS, SORTED, *asked.values())):
                SparkContext._active_spark_context.setJobGroup(str(number), str(number))
                (connection.run if number < 2 else connection.arrow)(sql)
        found = works(next(Path(log).iterdir()))
    told = {name: {"rows_read": found[place].rows_read, "cpu": found[place].cpu} for place, name in enumerate(asked, 2)}
    made = {name: found[place].cpu for place, name in enumerate(asked)}
    return {"on": described(), "rows": ROWS, "accounts": ACCOUNTS, "parts": PARTS, "making": made, "asking": told}


def keep() -> Path:
    FILE.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    return FILE
