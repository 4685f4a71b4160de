"""The 18 KPIs asked of MetricFlow: a dbt project with a semantic model for each fact, metrics as its guide writes them.

`together`: one query for all metrics. `apart`: one query for each. Its engine runs warm in one process, as a server of
it would; its command line starts anew each time. It is given no figure that the engine does not give.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from benchmarks.contender import serve

PROJECT = Path(__file__).parent / "project"
FIRST, LAST = datetime(2024, 10, 1), datetime(2026, 9, 30)
METRICS = (
    "page_views content_downloads social_interactions conversations website_visits inbound_touches outbound_touches "
    "inbound_outbound_ratio opportunities_created win_rate avg_deal_size mrr new_mrr expansion_mrr churn_mrr "
    "support_tickets resolution_time csat"
).split()
EXTRA = "mrr_by_default"  # beside `apart`, not timed: what a cumulative metric gives where nobody says which day


def main(facts: str, how: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        engine = _engine(facts, Path(scratch))

        def query(metrics: list[str]) -> Any:
            from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

            request = MetricFlowQueryRequest.create(
                metric_names=metrics,
                group_by_names=["account", "metric_time__month"],
                time_constraint_start=FIRST,
                time_constraint_end=LAST,
            )
            return engine.query(request).result_df

        def together() -> list[Any]:
            return [query(METRICS)]

        def apart() -> list[Any]:
            return [query([metric]) for metric in METRICS]

        def default() -> list[Any]:
            return [query([EXTRA])]

        ways = {"together": together, "apart": apart, "default": default}
        serve(ways[how], ("metricflow", "dbt-metricflow", "dbt-duckdb", "duckdb"), _table)


def _engine(facts: str, scratch: Path) -> Any:
    """The project's models made as views, as dbt makes them, and MetricFlow's engine over them."""
    project = shutil.copytree(PROJECT, scratch / "project")
    os.environ |= {"PEERS_FACTS": facts, "PEERS_DATABASE": str(scratch / "peers.duckdb"), "DO_NOT_TRACK": "1"}
    dbt = [Path(sys.executable).with_name("dbt"), "--quiet", "--no-send-anonymous-usage-stats", "run"]
    subprocess.run([*dbt, "--project-dir", project, "--profiles-dir", project], check=True, stdout=2)
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration

    asked = CLIConfiguration()
    asked.setup(dbt_profiles_path=project, dbt_project_path=project, configure_file_logging=False)
    return asked.mf


def _table(found: Any) -> pa.Table:
    """The month is cast to a date; what the default gives stands beside `mrr`."""
    plain = {"metric_time__month": "month", "account": "account_id", EXTRA: "mrr"}
    names = [plain.get(name, name) for name in found.column_names]
    columns = [[row[place] for row in found.rows] for place in range(len(names))]
    table = pa.table(dict(zip(names, columns, strict=True)))
    place = table.schema.get_field_index("month")
    return table.set_column(place, "month", table.column("month").cast("timestamp[us]").cast("date32"))


if __name__ == "__main__":
    main(*sys.argv[1:])
