"""A real Apache Spark on loopback for the tests: a standalone cluster of one master and two worker processes.

The programs come with the package pyspark; they need Java 17 or newer. `python tests/servers/spark.py install` puts
Debian's package of it on a machine that has none (as root); elsewhere it says what to do. The tests that need a
cluster are skipped, with the reason, where one of the two is missing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.servers.postgres import apt_install, free_port

JAVA = 17  # the oldest that Spark 4 runs on
START_SECONDS, STOP_SECONDS = 60, 20
WORKERS = 2
CONNECT_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
# Little of everything: the tests' company is small, and so may their machine be.
QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.memory": "600m",
    "spark.executor.extraJavaOptions": QUICK,
    "spark.sql.shuffle.partitions": "2",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the ports and process ids of its programs, and the folder its tables lie in."""

    port: int
    workers: tuple[subprocess.Popen[bytes], ...]
    home: Path

    def url(self, **more: str) -> str:
        words = {**SETTINGS, "spark.sql.warehouse.dir": (self.home / "warehouse").as_uri(), **more}
        return f"spark://127.0.0.1:{self.port}?{urlencode(words)}"

    def lose_a_worker(self) -> None:
        """At once, as when a machine dies: with what it runs."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)
        self.workers[0].wait(timeout=STOP_SECONDS)


@dataclass(frozen=True)
class ConnectServer:
    """A running Spark Connect server, which works for itself."""

    port: int
    program: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"sc://127.0.0.1:{self.port}?spark.sql.shuffle.partitions=2"

    def lose(self) -> None:
        os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait(timeout=STOP_SECONDS)


def alone(home: Path) -> str:
    """The address of Spark within the process that connects; compiling costs more than so few rows do."""
    words = {**SETTINGS, "spark.sql.warehouse.dir": home.as_uri(), "spark.sql.codegen.wholeStage": "false"}
    return f"spark://local[1]?{urlencode({**words, 'spark.sql.codegen.factoryMode': 'NO_CODEGEN'})}"


def lacking() -> str | None:
    """Why there can be no cluster here."""
    if not _programs():
        return "pyspark is not installed (pip install 'accountlens[spark]')"
    found = java_version()
    if found is None:
        return f"no Java here (Debian: apt-get install openjdk-{JAVA}-jre-headless)"
    return None if found >= JAVA else f"Java {found} here, and Spark needs {JAVA}"


def _programs() -> Path | None:
    found = importlib.util.find_spec("pyspark")
    return Path(found.origin).parent if found and found.origin else None


def java_version() -> int | None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if not java:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else None


@contextmanager
def running(workers: int = WORKERS, memory: str = "700m", at: Path | None = None) -> Iterator[Cluster]:
    """A fresh cluster in a folder of its own `at` a place, gone afterwards; `memory` of each worker."""
    with tempfile.TemporaryDirectory(prefix="accountlens-spark-", dir=at, ignore_cleanup_errors=True) as folder:
        home, port = Path(folder), free_port()
        here = ["--host", "127.0.0.1", "--webui-port", "0"]
        started = [_start(home, "master", ["org.apache.spark.deploy.master.Master", *here, "--port", str(port)])]
        try:
            _wait(home / "master", started[0], "I have been elected leader")
            own = ["org.apache.spark.deploy.worker.Worker", *here, "--cores", "1", "--memory", memory]
            for number in range(workers):
                place = ["--work-dir", str(home / f"work{number}"), f"spark://127.0.0.1:{port}"]
                started.append(_start(home, f"worker{number}", [*own, *place]))
            for number, worker in enumerate(started[1:]):
                _wait(home / f"worker{number}", worker, "Successfully registered with master")
            yield Cluster(port, tuple(started[1:]), home)
        finally:
            for one in reversed(started):
                _stop(one)


@contextmanager
def serving() -> Iterator[ConnectServer]:
    """A fresh Spark Connect server in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="accountlens-spark-", ignore_cleanup_errors=True) as folder:
        home, port = Path(folder), free_port()
        own = {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port)}
        own |= {"spark.sql.warehouse.dir": (home / "warehouse").as_uri()}
        settings = [word for name, value in {**SETTINGS, **own}.items() for word in ("--conf", f"{name}={value}")]
        words = ["--master", "local[1]", "--class", CONNECT_SERVER, *settings, "spark-internal"]
        server = _start(home, "connect", ["org.apache.spark.deploy.SparkSubmit", *words], "700m")
        try:
            _wait(home / "connect", server, "Spark Connect server started")
            yield ConnectServer(port, server)
        finally:
            _stop(server)


def _start(home: Path, name: str, words: list[str], memory: str = "128m") -> subprocess.Popen[bytes]:
    """One program in a process group of its own: what it starts ends with it."""
    programs = _programs()
    assert programs is not None
    env = {**os.environ, "SPARK_HOME": str(programs), "SPARK_LOCAL_DIRS": str(home / f"{name}-scratch")}
    env |= {"SPARK_DAEMON_MEMORY": memory, "SPARK_DAEMON_JAVA_OPTS": QUICK}
    with (home / name).open("wb") as log:
        return subprocess.Popen(
            [programs / "bin" / "spark-class", *words],
            stdout=log,
            stderr=log,
            cwd=home,
            env=env,
            start_new_session=True,
        )


def _wait(log: Path, program: subprocess.Popen[bytes], words: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and program.poll() is None:
        if words in log.read_text(encoding="utf-8", errors="replace"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Spark did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _stop(program: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGTERM)
    try:
        program.wait(timeout=STOP_SECONDS)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)


def install() -> int:
    """Debian's Java, where there is none and we may."""
    if java_version() is None:
        apt_install(f"openjdk-{JAVA}-jre-headless", "Java", "Spark's tests")
    return 0


if __name__ == "__main__":
    sys.exit(install() if sys.argv[1:] == ["install"] else __doc__)
