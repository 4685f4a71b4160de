"""BigQuery. Written for and checked, not run on by the tests.

Our times, instants in UTC without a zone, are its DATETIME throughout: it compares none with a TIMESTAMP.
"""

from __future__ import annotations

from typing import Any

from accountlens.warehouses.engine import Engine
from accountlens.warehouses.rewrites import (
    ONLY_DUCKDB,
    SHARED,
    UnsaidError,
    bit_by_bit,
    grouped_by_columns,
    nulls_at_end,
    plain_join,
    without_nulls,
)

# The k-th of n values in ascending order, and how far beyond it a share of them lies (type 7). There is no exact
# percentile among its aggregates, and no aggregate may stand in UNNEST.
_VALUE = (
    "ARRAY_AGG({{0}} IGNORE NULLS ORDER BY {{0}})[SAFE_OFFSET(CAST({rounded}({{1}} * (COUNT({{0}}) - 1)) AS INT64))]"
)
_LOWER, _UPPER = _VALUE.format(rounded="FLOOR"), _VALUE.format(rounded="CEIL")

MACROS = {
    "KPI_SECONDS": "(DATETIME_DIFF({1}, {0}, MICROSECOND) / 1e6)",
    "KPI_ADD_DAYS": "DATETIME_ADD({0}, INTERVAL CAST(86400000000 * ({1}) AS INT64) MICROSECOND)",
    "KPI_LOCAL": "DATETIME(TIMESTAMP({0}, 'UTC'), '{zone}')",
    # of an hour that a clock shows twice the second one, as everywhere else
    "KPI_UTC": "DATETIME(IF(DATETIME(TIMESTAMP_ADD(TIMESTAMP({0}, '{zone}'), INTERVAL 1 HOUR), '{zone}') = {0}, "
    "TIMESTAMP_ADD(TIMESTAMP({0}, '{zone}'), INTERVAL 1 HOUR), TIMESTAMP({0}, '{zone}')), 'UTC')",
    "KPI_INSTANT": "DATETIME({0}, 'UTC')",
    "KPI_WHOLE_DAYS": "DATE_DIFF(KPI_LOCAL_DATE({1}), KPI_LOCAL_DATE({0}), DAY)",
    "KPI_ADD_MONTHS": "KPI_UTC(DATETIME_ADD(KPI_LOCAL({0}), INTERVAL CAST({1} AS INT64) MONTH))",
    "KPI_QUANTILE": f"({_LOWER} + ({_UPPER} - {_LOWER}) "
    "* ({1} * (COUNT({0}) - 1) - FLOOR({1} * (COUNT({0}) - 1))))",
    "KPI_NTH": "ARRAY_AGG({0} IGNORE NULLS ORDER BY {0})[SAFE_OFFSET(CAST({1} AS INT64) - 1)]",
    "KPI_LATEST": "MAX_BY({0}, IF({0} IS NULL, NULL, {1}))",
    "KPI_EARLIEST": "MIN_BY({0}, IF({0} IS NULL, NULL, {1}))",
    "KPI_PRINT": "FARM_FINGERPRINT({0})",
}
FUNCTIONS = frozenset(
    """ABS ACOS ANY_VALUE APPROX_COUNT_DISTINCT APPROX_QUANTILES ARRAY_AGG ARRAY_LENGTH ASIN ATAN AVG BIT_AND BIT_OR
    BIT_XOR CAST CEIL CEILING COALESCE CONCAT CORR COS COUNT COUNTIF COVAR_POP COVAR_SAMP CUME_DIST CURRENT_DATE
    CURRENT_DATETIME DATE DATETIME DATETIME_ADD DATETIME_DIFF DATETIME_SUB DATETIME_TRUNC DATE_ADD DATE_DIFF DATE_SUB
    DATE_TRUNC DENSE_RANK DIV ENDS_WITH EXP EXTRACT FARM_FINGERPRINT FIRST_VALUE FLOOR FORMAT_DATE FORMAT_DATETIME
    GENERATE_ARRAY GENERATE_DATE_ARRAY GREATEST GROUPING HLL_COUNT.INIT IF IFNULL INSTR IS_INF IS_NAN JSON_VALUE LAG
    LAST_DAY LAST_VALUE LEAD LEAST LEFT LENGTH LN LOG LOG10 LOGICAL_AND LOGICAL_OR LOWER LPAD LTRIM MAX MAX_BY MD5 MIN
    MIN_BY MOD NTH_VALUE NTILE NULLIF PARSE_DATE PARSE_DATETIME PERCENT_RANK POW POWER RANK REGEXP_CONTAINS
    REGEXP_EXTRACT REGEXP_REPLACE REPEAT REPLACE REVERSE RIGHT ROUND ROW_NUMBER RPAD RTRIM SAFE_CAST SAFE_DIVIDE
    SAFE_OFFSET SHA256 SIGN SIN SPLIT SQRT STARTS_WITH STDDEV STDDEV_POP STDDEV_SAMP STRING STRING_AGG STRPOS STRUCT
    SUBSTR SUBSTRING SUM TAN TIMESTAMP TIMESTAMP_ADD TIMESTAMP_DIFF TIMESTAMP_SUB TIMESTAMP_TRUNC TRIM TRUNC UNNEST
    UPPER VARIANCE VAR_POP VAR_SAMP""".split()
)


def _selected(select: Any) -> Any:
    """WHERE and DISTINCT need a FROM."""
    if (select.args.get("where") or select.args.get("distinct")) and not select.args.get("from_"):
        return select.from_("(SELECT 1 AS one) AS one_row", copy=False)
    return grouped_by_columns(select)


def _trimmed(trim: Any) -> Any:
    """TRIM alone takes line breaks and tabs too."""
    from sqlglot import exp

    if not trim.args.get("expression"):
        trim.set("expression", exp.Literal.string(" "))
    return trim


def _joined(join: Any) -> Any:
    """An outer join is one of equal columns, if of more besides."""
    from sqlglot import exp

    on = join.args.get("on")
    conditions = on.flatten() if isinstance(on, exp.And) else [on]
    if join.side and not any(isinstance(one, exp.EQ) for one in conditions):
        raise UnsaidError("An outer join needs an equality of columns of both sides there.")
    return plain_join(join)


def _grouped(group: Any) -> Any:
    from sqlglot import exp

    kinds = [isinstance(one, exp.GroupingSets | exp.Rollup | exp.Cube) for one in group.expressions]
    if any(kinds) and len(kinds) > 1:
        raise UnsaidError("GROUPING SETS, ROLLUP and CUBE stand alone in its GROUP BY.")
    return group


def _compared(comparison: Any) -> Any:
    """Nothing may be compared with a NULL that is written there."""
    from sqlglot import exp

    unknown = isinstance(comparison.this, exp.Null) or isinstance(comparison.expression, exp.Null)
    return exp.cast(exp.Null(), "boolean") if unknown else comparison


ENGINE = Engine(
    name="bigquery",
    label="BigQuery",
    dialect="bigquery",
    schemes=("bigquery",),
    macros=MACROS,
    functions=FUNCTIONS,
    rewrites={
        **SHARED,
        "Window": nulls_at_end,
        "Greatest": without_nulls,
        "Least": without_nulls,
        "Select": _selected,
        "Trim": _trimmed,
        "Join": _joined,
        "Group": _grouped,
        "Grouping": bit_by_bit,
        **dict.fromkeys(("EQ", "NEQ", "GT", "GTE", "LT", "LTE"), _compared),
    },
    refused=ONLY_DUCKDB,
    keeps=False,
    quote="`",
)
