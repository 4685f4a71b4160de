"""Apache Spark, through Spark SQL."""

from accountlens.warehouses.engine import Engine

MACROS = {
    "KPI_SECONDS": "((UNIX_MICROS({1}) - UNIX_MICROS({0})) / 1e6)",
    "KPI_ADD_DAYS": "({0} + MAKE_DT_INTERVAL(0, 0, 0, 86400 * ({1})))",
    "KPI_LOCAL": "FROM_UTC_TIMESTAMP({0}, '{zone}')",
    "KPI_UTC": "TO_UTC_TIMESTAMP({0}, '{zone}')",
    "KPI_WHOLE_DAYS": "DATEDIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}))",
    "KPI_ADD_MONTHS": "KPI_UTC(TIMESTAMPADD(MONTH, CAST({1} AS INT), KPI_LOCAL({0})))",
    "KPI_QUANTILE": "PERCENTILE({0}, {1})",
    "KPI_NTH": "ELEMENT_AT(SORT_ARRAY(COLLECT_LIST({0})), {1})",
    "KPI_LATEST": "MAX_BY({0}, {1})",
    "KPI_EARLIEST": "MIN_BY({0}, {1})",
}

ENGINE = Engine(name="spark", label="Apache Spark", dialect="spark", schemes=("spark", "sc"), macros=MACROS)
