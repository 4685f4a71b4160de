"""Every derived fact and every KPI computed on a real Apache Spark are cell by cell those of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.beside import SOME, differences, differences_in, messy
from tests.engines.macro_rows import MACROS
from tests.servers import spark
from tests.servers.postgres import free_port

from accountlens.certify.run import certify
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.faults import WarehouseError
from accountlens.warehouses.registry import connected

LACKING = spark.lacking()
pytestmark = pytest.mark.skipif(bool(LACKING), reason=LACKING or "")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Connection]]:
    """Spark within one process: the same words and the same answers, and nothing to start beside it."""
    with connected(spark.alone(tmp_path_factory.mktemp("warehouse"))) as found:
        yield found


def test_a_cluster_that_cannot_be_reached_is_told_at_once() -> None:
    for scheme in ("sc", "spark"):
        with pytest.raises(WarehouseError, match="cannot be reached"), connected(f"{scheme}://127.0.0.1:{free_port()}"):
            pass


def test_spark_gives_the_same_numbers_of_some(alone: tuple[Engine, Connection], tmp_path: Path) -> None:
    found = certify(*alone, *messy(tmp_path, 1, "Europe/Berlin"), only=SOME)
    assert not differences(found)
    assert {one.name for one in (*found.facts, *found.kpis)} == SOME
    assert "accountlens" not in str(alone[1].arrow("SHOW SCHEMAS")[0].to_pylist())


@pytest.mark.parametrize("sql", MACROS)
def test_every_macro_means_the_same(alone: tuple[Engine, Connection], sql: str) -> None:
    assert not differences_in(sql, "Europe/Berlin", *alone)


@pytest.mark.parametrize(
    ("sql", "mend"),
    [
        ("SELECT * FROM nowhere", "hive.metastore.uris"),
        ("SELECT CAST('x' AS INT)", "Cast the column in a view"),
        ("SELECT unknown_column FROM VALUES (1)", "under 'entities'"),
    ],
)
def test_faults_name_what_to_change(alone: tuple[Engine, Connection], sql: str, mend: str) -> None:
    with pytest.raises(WarehouseError, match=mend):
        alone[1].arrow(sql)


def test_one_process_drives_one_cluster(alone: tuple[Engine, Connection]) -> None:
    with pytest.raises(WarehouseError, match="can drive only one"), connected("spark://local[1]"):
        pass
