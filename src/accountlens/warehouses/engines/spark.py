"""Apache Spark from 4.0 on: a cluster that this program drives (`spark://`), or a Spark Connect server (`sc://`)."""

from __future__ import annotations

import logging
import socket
import tempfile
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

from accountlens.warehouses.engine import Engine
from accountlens.warehouses.faults import Fault, WarehouseError, told
from accountlens.warehouses.rewrites import ONLY_DUCKDB, SHARED, bit_by_bit

if TYPE_CHECKING:
    import pyarrow as pa

AFTER = "(TO_UTC_TIMESTAMP({0} + INTERVAL '1' DAY, '{zone}') - INTERVAL '1' DAY)"  # by the clock of a day later
MACROS = {
    "KPI_SECONDS": "((UNIX_MICROS({1}) - UNIX_MICROS({0})) / 1e6)",
    "KPI_ADD_DAYS": "({0} + MAKE_DT_INTERVAL(0, 0, 0, 86400e0 * ({1})))",
    "KPI_LOCAL": "FROM_UTC_TIMESTAMP({0}, '{zone}')",
    # of an hour that the clock shows twice it is the later one
    "KPI_UTC": f"(CASE WHEN FROM_UTC_TIMESTAMP({AFTER}, '{{zone}}') = {{0}} THEN {AFTER} "
    "ELSE TO_UTC_TIMESTAMP({0}, '{zone}') END)",
    "KPI_INSTANT": "CAST({0} AS TIMESTAMP)",
    "KPI_WHOLE_DAYS": "DATEDIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}))",
    "KPI_ADD_MONTHS": "KPI_UTC(TIMESTAMPADD(MONTH, CAST({1} AS INT), KPI_LOCAL({0})))",
    "KPI_QUANTILE": "PERCENTILE({0}, {1})",
    "KPI_NTH": "GET(SORT_ARRAY(COLLECT_LIST({0})), CAST({1} AS INT) - 1)",
    "KPI_LATEST": "MAX_BY({0}, CASE WHEN {0} IS NOT NULL THEN {1} END)",
    "KPI_EARLIEST": "MIN_BY({0}, CASE WHEN {0} IS NOT NULL THEN {1} END)",
    "KPI_PRINT": "XXHASH64({0})",
}
TYPES = {"TIMESTAMP": "TIMESTAMP"}  # not TIMESTAMP_NTZ: a company's tables, and Spark's functions, have instants
SESSION = {  # what every session is set to, whatever the server or the address says
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}
DRIVER = {  # what a cluster is driven with; the address may say otherwise
    "spark.app.name": "accountlens",
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "8",
}
NO_NEWS = r"PySpark does not yet fully support pandas|\[RETRIES_EXCEEDED\]"  # warnings: that we know, or tell
REACH_SECONDS, EXECUTOR_SECONDS = 5, 60
# What Spark says, by its error class or by words of what it says: what is wrong, and what to change.
FAULTS = (
    Fault(
        ("JAVA_GATEWAY_EXITED",),
        "Spark cannot be started here.",
        "Install Java 17 or newer (Debian: openjdk-17-jre-headless), or correct JAVA_HOME.",
    ),
    Fault(
        ("UNAUTHENTICATED", "PERMISSION_DENIED", "AccessControlException", "Permission denied"),
        "The user may not do this in the warehouse.",
        "Give it the rights that docs/warehouses/spark.md lists.",
    ),
    Fault(
        ("SCHEMA_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND"),
        "A table is missing.",
        "Correct its name under 'entities', or load it; a cluster without a metastore knows no tables of other "
        "sessions: name its own with spark.hadoop.hive.metastore.uris in the address under 'warehouse'.",
    ),
    Fault(("UNRESOLVED_COLUMN",), "A column is missing.", "Correct its name under 'entities'."),
    Fault(
        ("CAST_INVALID_INPUT", "DATATYPE_MISMATCH", "COLUMN_DATA_TYPE_MISMATCH", "CANNOT_PARSE_TIMESTAMP"),
        "Values are of another kind than their column should be.",
        "Cast the column in a view, and name the view under 'entities'.",
    ),
    Fault(("LOCATION_ALREADY_EXISTS",), "A folder lies where a table should be made.", "Remove it: it was left there."),
    Fault(
        ("maxResultSize", "RESOURCE_EXHAUSTED"),
        "The rows of an answer are more than the driver takes.",
        "Raise spark.driver.maxResultSize and spark.driver.memory in the address under 'warehouse'.",
    ),
    Fault(
        ("OutOfMemoryError", "ExecutorLostFailure", "EXECUTOR_MEMORY", "UNABLE_TO_ACQUIRE_MEMORY"),
        "Executors were lost, or lack memory.",
        "Raise spark.executor.memory or spark.sql.shuffle.partitions in the address under 'warehouse'.",
    ),
    Fault(
        ("SparkContext", "refused", "Java s", "UNAVAILABLE", "OPERATION_CANCELED", "SESSION_CLOSED"),
        "The cluster ended the query.",
        "Look whether it still runs, and run it again.",
    ),
)


class SparkConnection:
    """One session, with its own schema in use, of a cluster or a Spark Connect server."""

    def __init__(self, url: str) -> None:
        warnings.filterwarnings("ignore", NO_NEWS)
        try:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException
        except ImportError:
            raise WarehouseError("Spark's package is needed.", mend="pip install 'accountlens[spark]'") from None
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # it prints what we tell
        self._error = (PySparkException, Py4JError, ConnectionError)
        scheme, _, rest = url.partition("://")
        place, _, words = rest.partition("?")
        settings = dict(parse_qsl(words))
        self._driver = None if scheme == "sc" else Driver.of(url)
        with told(FAULTS, self._error):
            self._spark = self._driver.start(self, place, settings) if self._driver else _remote(place, settings)

    def use(self, schema: str) -> None:
        self.run(f"USE {ENGINE.named(schema)}")

    def run(self, sql: str) -> None:
        with told(FAULTS, self._error, sql):
            self._spark.sql(sql)

    def arrow(self, sql: str) -> pa.Table:
        with told(FAULTS, self._error, sql):
            return _plain(self._spark.sql(sql).toArrow())

    def load(self, schema: str, table: str, rows: pa.Table) -> None:
        from pyspark.sql.pandas.types import from_arrow_schema

        rows = _plain(rows)
        with told(FAULTS, self._error):  # told the columns' types, as a server cannot see them in no rows
            made = self._spark.createDataFrame(rows, from_arrow_schema(rows.schema, prefer_timestamp_ntz=False))
            made.write.mode("overwrite").saveAsTable(ENGINE.named(schema, table))

    def tables(self, schema: str) -> Mapping[str, Mapping[str, str]]:
        if schema.lower() not in self.schemas():
            return {}
        names = self.arrow(f"SHOW TABLES IN {ENGINE.named(schema)}")["tableName"].to_pylist()
        return {name: self._columns(schema, name) for name in names}

    def schemas(self) -> list[str]:
        return list(self.arrow("SHOW SCHEMAS")[0].to_pylist())

    def _columns(self, schema: str, table: str) -> Mapping[str, str]:
        with told(FAULTS, self._error):
            return dict(self._spark.table(ENGINE.named(schema, table)).dtypes)

    def interrupt(self) -> None:
        """Only what a Spark Connect server runs for this session alone: the jobs of a driver are everybody's here."""
        if self._driver is None:
            self._spark.interruptAll()

    def close(self) -> None:
        if self._driver:
            self._driver.leave(self)
        else:
            self._spark.stop()


class Driver:
    """The Java process that drives a cluster for this one: the first connection starts it, the last one ends it."""

    running: ClassVar[Driver | None] = None
    lock: ClassVar[RLock] = RLock()

    def __init__(self, url: str) -> None:
        self.url = url
        self.users: set[int] = set()  # the connections, by identity
        self.context: Any = None

    @classmethod
    def of(cls, url: str) -> Driver:
        with cls.lock:
            if cls.running and cls.running.url != url:
                what = "This process drives a Spark cluster already, and can drive only one."
                raise WarehouseError(what, mend="Close its connection first, or use Spark Connect (sc://).")
            cls.running = cls.running or cls(url)
            return cls.running

    def start(self, user: object, place: str, settings: Mapping[str, str]) -> Any:
        """A new session, on what runs already or is started for it."""
        from pyspark.sql import SparkSession

        with self.lock:
            try:
                self.context = self.context or _drive(place, settings)
                session = SparkSession(self.context).newSession()
            except BaseException:
                if not self.users:
                    self.end()
                raise
            self.users.add(id(user))
            for name, value in {**settings, **SESSION}.items():
                if name.startswith("spark.sql.") and session.conf.isModifiable(name):
                    session.conf.set(name, value)
            return session

    def leave(self, user: object) -> None:
        with self.lock:
            self.users.discard(id(user))
            if not self.users and Driver.running is self:
                self.end()

    def end(self) -> None:
        from py4j.protocol import Py4JError
        from pyspark import SparkContext

        Driver.running = None
        if self.context:
            with suppress(Py4JError, ConnectionError):  # what drives it may have died
                self.context.stop()
            SparkContext._active_spark_context = None
        if gateway := SparkContext._gateway:
            gateway.shutdown()
            gateway.proc.stdin.close()  # what Java waits for
            gateway.proc.wait()
            SparkContext._gateway = SparkContext._jvm = None


def _drive(place: str, settings: Mapping[str, str]) -> Any:
    """A context on a cluster; a place without a port is a master by itself, such as `local[2]` or `yarn`."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if cluster := ":" in place:
        _reach(place.split(","))
    conf = SparkConf(loadDefaults=False).setMaster(f"spark://{place}" if cluster else place)
    conf.setAll(list({**DRIVER, **settings, **SESSION}.items()))
    with tempfile.TemporaryFile() as said:
        context = SparkContext(conf=conf, gateway=launch_gateway(conf, {"stderr": said}))
    if cluster and settings.get("spark.dynamicAllocation.enabled") != "true":
        _await_executor(context)
    return context


def _await_executor(context: Any) -> None:
    """Without one, every statement would wait without a word."""
    until = time.monotonic() + EXECUTOR_SECONDS
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # the driver is one of them
        if time.monotonic() > until:
            context.stop()
            mend = "Ask for less with spark.executor.memory and spark.executor.cores, or end what else runs there."
            raise WarehouseError(f"The cluster has given no executor within {EXECUTOR_SECONDS} seconds.", mend=mend)
        time.sleep(0.1)


def _remote(place: str, settings: Mapping[str, str]) -> Any:
    """A session on a Spark Connect server; what follows its `/;` is for the server."""
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    host = place.partition("/")[0]
    _reach([host if ":" in host else f"{host}:15002"])
    session = SparkSession.builder.remote(f"sc://{place}").create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=5)])  # a quarter of a minute, not ten
    for name, value in {**settings, **SESSION}.items():
        session.conf.set(name, value)
    return session


def _reach(places: list[str]) -> None:
    """Spark itself would try for minutes."""
    for place in places:
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), REACH_SECONDS).close()
        except (OSError, ValueError) as error:
            fault = f"The warehouse cannot be reached at {place}. It says: {error}"
        else:
            return
    raise WarehouseError(fault, mend="Start it, or correct the address under 'warehouse'.")


def _plain(table: pa.Table) -> pa.Table:
    """Times without zone, decimals as doubles, texts without codes."""
    import pyarrow as pa

    for place, column in enumerate(table.schema):
        kind = column.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us")
        elif pa.types.is_decimal(kind):
            kind = pa.float64()
        elif pa.types.is_dictionary(kind):
            kind = kind.value_type
        if kind != column.type:
            table = table.set_column(place, column.name, table[place].cast(kind))
    return table


ENGINE = Engine(
    name="spark",
    label="Apache Spark",
    dialect="spark",
    macros=MACROS,
    types=TYPES,
    rewrites={**SHARED, "Grouping": bit_by_bit},
    refused=ONLY_DUCKDB,
    schemes=("spark", "sc"),
    keeps=False,
    quote="`",
    raw="default",
    connect=SparkConnection,
)
