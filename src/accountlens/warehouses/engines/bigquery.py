"""BigQuery. Written for and checked, not run on by the tests."""

from accountlens.warehouses.engine import Engine

ENGINE = Engine(
    name="bigquery",
    label="BigQuery",
    dialect="bigquery",
    schemes=("bigquery",),
    macros={
        "KPI_SECONDS": "(TIMESTAMP_DIFF({1}, {0}, MICROSECOND) / 1e6)",
        "KPI_ADD_DAYS": "TIMESTAMP_ADD({0}, INTERVAL CAST(86400 * ({1}) AS INT64) SECOND)",
        "KPI_LOCAL": "TIMESTAMP(DATETIME({0}, '{zone}'))",
        "KPI_UTC": "TIMESTAMP(DATETIME({0}), '{zone}')",
        "KPI_WHOLE_DAYS": "DATE_DIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}), DAY)",
        "KPI_ADD_MONTHS": "KPI_UTC(TIMESTAMP(DATETIME_ADD(DATETIME(KPI_LOCAL({0})), INTERVAL {1} MONTH)))",
        # there is no exact percentile aggregate; this is type 7 on the ordered array
        "KPI_QUANTILE": "(SELECT PERCENTILE_CONT(v, {1}) OVER () "
        "FROM UNNEST(ARRAY_AGG({0} IGNORE NULLS)) AS v LIMIT 1)",
        "KPI_NTH": "ARRAY_AGG({0} IGNORE NULLS ORDER BY {0})[SAFE_OFFSET({1} - 1)]",
        "KPI_LATEST": "MAX_BY({0}, {1})",
        "KPI_EARLIEST": "MIN_BY({0}, {1})",
    },
)
