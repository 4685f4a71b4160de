"""Measures one refresh whose large tables lie on a cluster of two workers, started for it on this machine."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.company import ENDS
from benchmarks.cost import peak_mb
from benchmarks.machine import described
from benchmarks.scale.company import attach, make, rows_of, workspace
from benchmarks.scale.eventlog import works
from benchmarks.scale.runs import Run, asked_of
from benchmarks.scale.statements import Watch
from benchmarks.setting import BUILD
from tests.servers import spark

from accountlens import Workspace
from accountlens.standing import making
from accountlens.standing.making import AT_ONCE
from accountlens.store import Store
from accountlens.warehouses.registry import connected

PLACE = BUILD / "scale"
# Work as a cluster would be set up for it, not as the tests' tiny one: a compiler that optimizes, room to sort.
SETTINGS = {
    "spark.driver.memory": "2g",
    "spark.executor.memory": "2500m",
    "spark.executor.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "8",
    "spark.network.timeout": "3600s",  # the machine may be halted for others to measure
    "spark.executor.heartbeatInterval": "60s",
}
LOGGED = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}
WORKER_MEMORY = "3g"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Plan:
    """A run that is to be measured. `settings` are Spark's, beyond the usual ones."""

    activities: int
    accounts: int
    skew: float = 0.0
    figures: str = ""
    variant: str = ""
    settings: Mapping[str, str] = ()  # type: ignore[assignment]
    keep: bool = False
    facts_only: bool = False  # end before figures are computed
    at_once: int = AT_ONCE  # accounts, whose figures come home together

    @property
    def folder(self) -> Path:
        name = f"{self.activities}-{self.accounts}" + (f"-{self.skew:g}" if self.skew else "")
        return PLACE / name


def measure(plan: Plan) -> Run:
    """Make the company, start a cluster, refresh, and read what it cost; what was made goes again."""
    try:
        data = make(plan.folder, plan.activities, plan.accounts, plan.skew)
        _say(f"{plan.folder.name}: made")
        with spark.running(memory=WORKER_MEMORY, at=PLACE) as cluster:
            return _measured(plan, cluster, data)
    finally:
        shutil.rmtree(plan.folder / "workspace", ignore_errors=True)
        shutil.rmtree(plan.folder / "log", ignore_errors=True)
        if not plan.keep:
            shutil.rmtree(plan.folder, ignore_errors=True)


def _measured(plan: Plan, cluster: spark.Cluster, data: Path) -> Run:
    log = plan.folder / "log"
    log.mkdir(exist_ok=True)
    settings = {**SETTINGS, **dict(plan.settings)}
    url = cluster.url(**settings, **LOGGED, **{"spark.eventLog.dir": log.as_uri()})
    workspace(plan.folder / "workspace", url, plan.figures)
    with connected(url) as (engine, connection):
        from pyspark import SparkContext

        attach(engine, connection, data)
        context: Any = SparkContext._active_spark_context
        java = SparkContext._gateway.proc.pid
        watch = Watch(lambda number: context.setJobGroup(number, number), lambda: _cpu(java))
        told = _refreshed(plan, watch, cluster, java)
    done = works(next(iter(log.iterdir())))
    on = described()
    on["versions"]["spark"] = _version()
    return Run(
        activities=plan.activities,
        accounts=plan.accounts,
        variant=plan.variant,
        on=on,
        settings={name: value for name, value in settings.items() if "timeout" not in name and "heartbeat" not in name},
        rows=rows_of(data),
        raw_bytes=sum(file.stat().st_size for file in data.glob("*.parquet")),
        asked=asked_of(watch.statements, done),
        **told,
    )


def _refreshed(plan: Plan, watch: Watch, cluster: spark.Cluster, java: int) -> dict[str, Any]:
    place = Workspace(plan.folder / "workspace")
    assert place.catalog.kpis  # read before the clock runs: that is done once for each version of them
    published: list[float] = []
    publish = Store.publish

    def publishing(store: Store, *args: Any, **more: Any) -> Any:
        found = publish(store, *args, **more)
        published.append(time.perf_counter())
        return found

    Store.publish = publishing  # type: ignore[method-assign]
    before, started = (_own(), _cpu(java), _cluster(cluster)), time.perf_counter()
    try:
        with mock.patch.object(making, "AT_ONCE", plan.at_once), watch.watching(), suppress(_EnoughError):
            place.refresh(as_of=ENDS, progress=_telling(watch, plan.facts_only))
    finally:
        Store.publish = publish  # type: ignore[method-assign]
    return {
        "at_once": plan.at_once,
        "wall": round(time.perf_counter() - started, 1),
        "first_byte": round(published[0] - started, 1) if published else None,
        "here": round(_own() - before[0], 1),
        "driver": round(_cpu(java) - before[1], 1),
        "executors": round(_cluster(cluster) - before[2], 1),
        "peak_mb": round(peak_mb()),
        "store_bytes": _bytes(place.store.folder),
        "figures_bytes": _bytes(place.store.figures),
        "home": sum(one.home for one in watch.statements),
        "sent": sum(one.sent for one in watch.statements),
    }


class _EnoughError(Exception):
    """What was to be measured is measured."""


def _telling(watch: Watch, facts_only: bool) -> Any:
    began = time.perf_counter()

    def progress(what: str, done: int, total: int) -> None:
        watch.progress(what, done, total)
        if facts_only and what.startswith("publishing"):
            raise _EnoughError
        _say(f"{time.perf_counter() - began:7.1f} s  {what} {done}/{total}")

    return progress


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def _version() -> str:
    import pyspark

    return str(pyspark.__version__)


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _cpu(process: int) -> float:
    """CPU seconds of a process so far, 0 when it is gone."""
    return _stat(Path(f"/proc/{process}/stat"))[1]


def _cluster(cluster: spark.Cluster) -> float:
    """CPU seconds of the workers' processes, each with the executors that it has started."""
    groups = {worker.pid for worker in cluster.workers}
    return sum(cpu for group, cpu in map(_stat, Path("/proc").glob("[0-9]*/stat")) if group in groups)


def _stat(file: Path) -> tuple[int, float]:
    """The process group, and the CPU seconds."""
    try:
        fields = file.read_text().rpartition(") ")[2].split()
    except OSError:
        return 0, 0.0
    return int(fields[2]), (int(fields[11]) + int(fields[12])) / TICKS


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
