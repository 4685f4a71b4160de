"""Snowflake. Written for and checked, not run on by the tests."""

from accountlens.warehouses.engine import Engine

ENGINE = Engine(
    name="snowflake",
    label="Snowflake",
    dialect="snowflake",
    schemes=("snowflake",),
    macros={
        "KPI_SECONDS": "(TIMESTAMPDIFF(MICROSECOND, {0}, {1}) / 1e6)",
        "KPI_ADD_DAYS": "DATEADD(SECOND, 86400 * ({1}), {0})",
        "KPI_LOCAL": "CONVERT_TIMEZONE('UTC', '{zone}', {0})",
        "KPI_UTC": "CONVERT_TIMEZONE('{zone}', 'UTC', {0})",
        "KPI_WHOLE_DAYS": "DATEDIFF(DAY, KPI_LOCAL_DATE({0}), KPI_LOCAL_DATE({1}))",
        "KPI_ADD_MONTHS": "KPI_UTC(DATEADD(MONTH, {1}, KPI_LOCAL({0})))",
        "KPI_QUANTILE": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
        "KPI_NTH": "CAST(GET(ARRAY_AGG({0}) WITHIN GROUP (ORDER BY {0}), {1} - 1) AS DOUBLE)",
        "KPI_LATEST": "MAX_BY({0}, {1})",
        "KPI_EARLIEST": "MIN_BY({0}, {1})",
    },
)
