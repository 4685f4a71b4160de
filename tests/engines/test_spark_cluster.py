"""A real Spark cluster, of two workers: the same numbers, whatever it loses or lacks.

Apart from the tests of Spark within one process: that process drives a cluster already, and can drive only one.
"""

from __future__ import annotations

from pathlib import Path
from threading import Timer

import pyarrow as pa
import pytest
from tests.engine.messy import catalog
from tests.engines.beside import SOME, differences, messy
from tests.servers import spark

from accountlens.certify.run import certify
from accountlens.warehouses.faults import WarehouseError
from accountlens.warehouses.registry import connected

LACKING = spark.lacking()
pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(LACKING), reason=LACKING or "")]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_cluster_gives_the_same_numbers(zone: str, tmp_path: Path) -> None:
    with spark.running() as cluster, connected(cluster.url()) as found:
        for seed in (1, 2, 3):
            (folder := tmp_path / str(seed)).mkdir()
            certificate = certify(*found, *messy(folder, seed, zone))
            assert not differences(certificate)
            assert len(certificate.facts) + len(certificate.kpis) + len(certificate.left_out) >= 230


def test_a_worker_lost_in_the_middle_changes_no_number(tmp_path: Path) -> None:
    facts = {fact.name for fact in catalog().facts.values()}
    with spark.running() as cluster, connected(cluster.url()) as found:

        def tell(what: str, done: int, total: int) -> None:
            if what.startswith("fact") and done == 20:
                Timer(0.5, cluster.lose_a_worker).start()

        assert not differences(certify(*found, *messy(tmp_path, 1, "Europe/Berlin"), tell, only=facts))
        assert cluster.workers[0].poll() is not None


def test_executors_without_memory_are_told() -> None:
    hungry = "SELECT SIZE(COLLECT_LIST(REPEAT(CAST(id AS STRING), 2000))) FROM RANGE(4000000)"
    with spark.running() as cluster, connected(cluster.url(**{"spark.task.maxFailures": "1"})) as (_, connection):
        with pytest.raises(WarehouseError, match=r"Raise spark\.executor\.memory"):
            connection.arrow(hungry)
        assert connection.arrow("SELECT 1 AS one")["one"].to_pylist() == [1]  # the session lives on


def test_a_cluster_that_gives_no_executor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accountlens.warehouses.engines.spark.EXECUTOR_SECONDS", 5)
    with (
        spark.running(workers=1) as cluster,
        pytest.raises(WarehouseError, match=r"Ask for less with spark\.executor\.memory"),
        connected(cluster.url(**{"spark.executor.memory": "8g"})),
    ):
        pass


def test_sessions_of_a_connect_server_find_what_others_made(tmp_path: Path) -> None:
    with spark.serving() as server:
        with connected(server.url) as (engine, connection):
            connection.run(engine.make_schema.format(engine.named("kept")))
            connection.load("kept", "numbers", pa.table({"n": pa.array([1, None])}))
        with connected(server.url) as found:
            assert found[1].tables("kept") == {"numbers": {"n": "bigint"}}
            assert found[1].arrow("SELECT SUM(n) AS n FROM kept.numbers")["n"].to_pylist() == [1]
            assert found[1].tables("nowhere") == {}
            assert not differences(certify(*found, *messy(tmp_path, 1, "Europe/Berlin"), only=SOME))
            server.lose()
            with pytest.raises(WarehouseError, match="run it again"):
                found[1].arrow("SELECT 1")


def test_sessions_of_a_cluster_find_what_others_made_by_a_metastore(tmp_path: Path) -> None:
    """Here one in a file, which one process at a time can use; a company has one that is a server."""
    words = {
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={tmp_path / 'metastore'};create=true",
        "spark.driver.extraJavaOptions": f"{spark.QUICK} -Dderby.stream.error.file={tmp_path / 'derby.log'}",
    }
    with spark.running() as cluster:
        with connected(cluster.url(**words)) as (engine, connection):
            connection.run(engine.make_schema.format(engine.named("kept")))
            connection.load("kept", "numbers", pa.table({"n": pa.array([1, None])}))
        with connected(cluster.url(**words)) as (_, connection):
            assert connection.tables("kept") == {"numbers": {"n": "bigint"}}
            assert connection.arrow("SELECT SUM(n) AS n FROM kept.numbers")["n"].to_pylist() == [1]
