"""What engines do differently, as tables: each `KPI_*` macro with its text per engine.

`{0}`, `{1}` are the arguments, `{zone}` the workspace's time zone. An engine that is not named takes `default`;
in the default column the text is valid on every engine tested. Facts behind the texts: PORTABILITY notes in
`docs/decisions/0005-one-sql-many-engines.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

ENGINES: Final = ("duckdb", "postgres", "spark", "databricks", "snowflake", "bigquery")

MACROS: Final[Mapping[str, Mapping[str, str]]] = {
    "KPI_RATIO": {"default": "(CAST({0} AS DOUBLE) / NULLIF(CAST({1} AS DOUBLE), 0))"},
    "KPI_DOUBLE": {"default": "CAST({0} AS DOUBLE)"},
    "KPI_SECONDS": {
        "duckdb": "((epoch_us({1}) - epoch_us({0})) / 1e6)",
        "postgres": "CAST(EXTRACT(EPOCH FROM ({1} - {0})) AS DOUBLE PRECISION)",
        "spark": "((UNIX_MICROS({1}) - UNIX_MICROS({0})) / 1e6)",
        "databricks": "((UNIX_MICROS({1}) - UNIX_MICROS({0})) / 1e6)",
        "snowflake": "(TIMESTAMPDIFF(MICROSECOND, {0}, {1}) / 1e6)",
        "bigquery": "(TIMESTAMP_DIFF({1}, {0}, MICROSECOND) / 1e6)",
    },
    "KPI_MINUTES": {"default": "(KPI_SECONDS({0}, {1}) / 60e0)"},
    "KPI_HOURS": {"default": "(KPI_SECONDS({0}, {1}) / 3600e0)"},
    "KPI_DAYS": {"default": "(KPI_SECONDS({0}, {1}) / 86400e0)"},
    "KPI_ADD_DAYS": {
        "duckdb": "({0} + to_seconds(86400e0 * ({1})))",
        "postgres": "({0} + ({1}) * INTERVAL '1 day')",
        "spark": "TIMESTAMPADD(SECOND, CAST(86400 * ({1}) AS INT), {0})",
        "databricks": "TIMESTAMPADD(SECOND, CAST(86400 * ({1}) AS INT), {0})",
        "snowflake": "DATEADD(SECOND, 86400 * ({1}), {0})",
        "bigquery": "TIMESTAMP_ADD({0}, INTERVAL CAST(86400 * ({1}) AS INT64) SECOND)",
    },
    "KPI_LOCAL": {
        "duckdb": "timezone('{zone}', timezone('UTC', {0}))",
        "postgres": "((({0}) AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')",
        "spark": "FROM_UTC_TIMESTAMP({0}, '{zone}')",
        "databricks": "FROM_UTC_TIMESTAMP({0}, '{zone}')",
        "snowflake": "CONVERT_TIMEZONE('UTC', '{zone}', {0})",
        "bigquery": "TIMESTAMP(DATETIME({0}, '{zone}'))",
    },
    "KPI_UTC": {
        "duckdb": "timezone('UTC', timezone('{zone}', {0}))",
        "postgres": "((({0}) AT TIME ZONE '{zone}') AT TIME ZONE 'UTC')",
        "spark": "TO_UTC_TIMESTAMP({0}, '{zone}')",
        "databricks": "TO_UTC_TIMESTAMP({0}, '{zone}')",
        "snowflake": "CONVERT_TIMEZONE('{zone}', 'UTC', {0})",
        "bigquery": "TIMESTAMP(DATETIME({0}), '{zone}')",
    },
    "KPI_LOCAL_DATE": {"default": "CAST(KPI_LOCAL({0}) AS DATE)"},
    "KPI_WHOLE_DAYS": {
        "duckdb": "date_diff('day', KPI_LOCAL_DATE({0}), KPI_LOCAL_DATE({1}))",
        "postgres": "(KPI_LOCAL_DATE({1}) - KPI_LOCAL_DATE({0}))",
        "spark": "DATEDIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}))",
        "databricks": "DATEDIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}))",
        "snowflake": "DATEDIFF(DAY, KPI_LOCAL_DATE({0}), KPI_LOCAL_DATE({1}))",
        "bigquery": "DATE_DIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}), DAY)",
    },
    # Elapsed days; between two local midnights whole days, whatever summer time does (rule G5: date-only values).
    "KPI_DURATION": {
        "default": "(CASE WHEN KPI_AT_MIDNIGHT({0}) AND KPI_AT_MIDNIGHT({1}) "
        "THEN CAST(KPI_WHOLE_DAYS({0}, {1}) AS DOUBLE) ELSE KPI_DAYS({0}, {1}) END)"
    },
    "KPI_AT_MIDNIGHT": {
        # local clocks cost more than all the rest; since 1972 every zone is whole quarters of an hour from UTC
        "duckdb": "((epoch_us({0}) % 900000000 = 0 OR {0} < TIMESTAMP '1972-02-01 00:00:00') "
        "AND KPI_LOCAL({0}) = CAST(KPI_LOCAL_DATE({0}) AS TIMESTAMP))",
        "default": "(KPI_LOCAL({0}) = CAST(KPI_LOCAL_DATE({0}) AS TIMESTAMP))",
    },
    "KPI_ADD_MONTHS": {
        "duckdb": "KPI_UTC(KPI_LOCAL({0}) + to_months(CAST({1} AS INTEGER)))",
        "postgres": "KPI_UTC(KPI_LOCAL({0}) + ({1}) * INTERVAL '1 month')",
        "spark": "KPI_UTC(TIMESTAMPADD(MONTH, CAST({1} AS INT), KPI_LOCAL({0})))",
        "databricks": "KPI_UTC(TIMESTAMPADD(MONTH, CAST({1} AS INT), KPI_LOCAL({0})))",
        "snowflake": "KPI_UTC(DATEADD(MONTH, {1}, KPI_LOCAL({0})))",
        "bigquery": "KPI_UTC(TIMESTAMP(DATETIME_ADD(DATETIME(KPI_LOCAL({0})), INTERVAL {1} MONTH)))",
    },
    "KPI_HALF": {"default": "POWER(2e0, -({0}) / CAST({1} AS DOUBLE))"},
    "KPI_QUANTILE": {
        "duckdb": "quantile_cont({0}, {1})",
        "postgres": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
        "spark": "PERCENTILE({0}, {1})",
        "databricks": "PERCENTILE({0}, {1})",
        "snowflake": "PERCENTILE_CONT({1}) WITHIN GROUP (ORDER BY {0})",
        # BigQuery has no exact percentile aggregate; this is type 7 on the ordered array.
        "bigquery": "(SELECT PERCENTILE_CONT(v, {1}) OVER () FROM UNNEST(ARRAY_AGG({0} IGNORE NULLS)) AS v LIMIT 1)",
    },
    "KPI_MEDIAN": {"default": "KPI_QUANTILE({0}, 0.5)"},
    # The n-th of the values in ascending order, the first being 1; n may itself be made of aggregates.
    "KPI_NTH": {
        "duckdb": "LIST_SORT(LIST({0}) FILTER (WHERE {0} IS NOT NULL))[{1}]",
        "postgres": "(ARRAY_AGG({0} ORDER BY {0}))[{1}]",
        "spark": "ELEMENT_AT(SORT_ARRAY(COLLECT_LIST({0})), {1})",
        "databricks": "ELEMENT_AT(SORT_ARRAY(COLLECT_LIST({0})), {1})",
        "snowflake": "CAST(GET(ARRAY_AGG({0}) WITHIN GROUP (ORDER BY {0}), {1} - 1) AS DOUBLE)",
        "bigquery": "ARRAY_AGG({0} IGNORE NULLS ORDER BY {0})[SAFE_OFFSET({1} - 1)]",
    },
    "KPI_LATEST": {
        "duckdb": "arg_max({0}, {1})",
        "postgres": "(ARRAY_AGG({0} ORDER BY {1} DESC))[1]",
        "spark": "MAX_BY({0}, {1})",
        "databricks": "MAX_BY({0}, {1})",
        "snowflake": "MAX_BY({0}, {1})",
        "bigquery": "MAX_BY({0}, {1})",
    },
    "KPI_EARLIEST": {
        "duckdb": "arg_min({0}, {1})",
        "postgres": "(ARRAY_AGG({0} ORDER BY {1} ASC))[1]",
        "spark": "MIN_BY({0}, {1})",
        "databricks": "MIN_BY({0}, {1})",
        "snowflake": "MIN_BY({0}, {1})",
        "bigquery": "MIN_BY({0}, {1})",
    },
}

# In a workspace that lives in UTC the local clock is the clock: these spare a conversion per row.
IN_UTC: Final[Mapping[str, str]] = {
    "KPI_LOCAL": "{0}",
    "KPI_UTC": "{0}",
    "KPI_DURATION": "KPI_DAYS({0}, {1})",
}


def text_of(name: str, engine: str, zone: str) -> str | None:
    """The text of a macro on an engine, or None where there is no such macro."""
    if zone == "UTC" and name in IN_UTC:
        return IN_UTC[name]
    table = MACROS.get(name)
    if table is None:
        return None
    return table.get(engine, table.get("default"))


@cache
def arity(name: str) -> int:
    texts = MACROS[name].values()
    return 1 + max(index for index in range(4) if any(f"{{{index}}}" in text for text in texts))
