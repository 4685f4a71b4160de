"""What each engine would say otherwise, or refuse, if it were only transpiled: one statement for each finding."""

from __future__ import annotations

import pytest

from accountlens.errors import AccountlensError
from accountlens.warehouses.registry import engine_of
from accountlens.warehouses.translate import called, translate

BERLIN = "Europe/Berlin"
COMPILED = ("snowflake", "bigquery", "databricks")


def words(sql: str, engine: str, zone: str = BERLIN) -> str:
    """Without quotes, which are set around every name."""
    return translate(sql, engine, zone).replace('"', "").replace("`", "")


@pytest.mark.parametrize("engine", COMPILED)
def test_no_hint_that_only_duckdb_knows_is_left(engine: str) -> None:
    written = words(
        "WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT 2 AS x) SELECT x FROM a", engine
    )
    assert "MATERIALIZED" not in written
    assert not engine_of(engine).keeps


@pytest.mark.parametrize("engine", COMPILED)
def test_a_function_that_an_engine_lacks_is_refused_before_anything_runs(engine: str) -> None:
    with pytest.raises(AccountlensError, match=f"{engine_of(engine).label} has no function LEVENSHTEIN_OF"):
        translate("SELECT levenshtein_of(x) FROM t WHERE y = 'SAID(x) '", engine)
    assert called("SELECT COUNT(x), 'IT''S(', A.B(1), x IN (2)") == {"COUNT", "A.B"}


def test_bigquery_has_one_kind_of_times() -> None:
    """It compares no DATETIME with a TIMESTAMP, neither in a zone nor in UTC."""
    sql = "SELECT KPI_DURATION(a, b) AS d, KPI_ADD_MONTHS(a, 1) AS m, KPI_ADD_DAYS(a, 0.5e0) AS n FROM t WHERE a < TIMESTAMP '2024-01-01 00:00:00'"
    for zone in ("UTC", BERLIN):
        assert "AS TIMESTAMP)" not in words(sql, "bigquery", zone)
    assert "INTERVAL (CAST(86400000000 * (0.5e0) AS INT64)) MICROSECOND" in words(sql, "bigquery")


def test_bigquery_puts_null_last_where_a_window_cannot() -> None:
    written = words(
        "SELECT SUM(x) OVER (PARTITION BY a ORDER BY b, c DESC ROWS UNBOUNDED PRECEDING) AS s FROM t", "bigquery"
    )
    assert "ORDER BY b IS NULL, b, c DESC" in written


def test_bigquery_ignores_null_in_greatest_and_least() -> None:
    written = words("SELECT LEAST(GREATEST(a, b), 1) AS x FROM t", "bigquery")
    assert written == "SELECT COALESCE(LEAST(COALESCE(GREATEST(a, b), a, b), 1), 1) AS x FROM t"
    assert "GREATEST_IGNORE_NULLS(a, b)" in words("SELECT GREATEST(a, b) AS x FROM t", "snowflake")
    with pytest.raises(AccountlensError, match="BigQuery cannot say this: GREATEST and LEAST of more than two"):
        translate("SELECT GREATEST(a, b, c) AS x FROM t", "bigquery")


def test_bigquery_has_percentiles_without_a_subquery_in_a_group() -> None:
    written = words("SELECT k, KPI_MEDIAN(x) AS m FROM t GROUP BY k", "bigquery")
    assert "UNNEST" not in written
    assert "ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(CAST(CEIL(0.5 * (COUNT(x) - 1)) AS INT64))]" in written


def test_bigquery_selects_no_condition_without_a_table_and_compares_no_null() -> None:
    assert "FROM (SELECT 1 AS one)" in words("SELECT CAST(NULL AS DOUBLE) AS x WHERE FALSE", "bigquery")
    assert "FROM (SELECT 1 AS one)" in words("SELECT 1 AS x UNION SELECT DISTINCT 2 AS x", "bigquery")
    assert words("SELECT a FROM t WHERE a > NULL", "bigquery") == "SELECT a FROM t WHERE CAST(NULL AS BOOL)"


def test_bigquery_trims_spaces_only() -> None:
    assert words("SELECT TRIM(a) AS x FROM t", "bigquery") == "SELECT TRIM(a, ' ') AS x FROM t"


@pytest.mark.parametrize("engine", ["bigquery", "snowflake"])
def test_what_is_grouped_is_the_column_and_not_the_result_of_its_name(engine: str) -> None:
    sql = "SELECT p, GROUPING(d) AS level, COALESCE(d, '') AS d FROM (SELECT * FROM t) r GROUP BY GROUPING SETS ((p, d), (p))"
    written = words(sql, engine)
    assert "GROUPING(r.d)" in written
    assert "(p, r.d)" in written
    with pytest.raises(AccountlensError, match="GROUP BY cannot tell"):
        translate("SELECT COALESCE(d, '') AS d FROM t JOIN u ON t.a = u.a GROUP BY d", engine)


@pytest.mark.parametrize("engine", ["bigquery", "databricks"])
def test_the_bits_of_several_groups_are_added(engine: str) -> None:
    sql = "SELECT GROUPING(a, b, c) AS level FROM t GROUP BY GROUPING SETS ((a, b, c), (a))"
    assert "(GROUPING(c) + 2 * GROUPING(b) + 4 * GROUPING(a)) AS level" in words(sql, engine)


def test_bigquery_refuses_what_it_cannot_say() -> None:
    for sql, why in (
        ("SELECT * FROM a LEFT JOIN b ON a.x < b.x", "outer join"),
        ("SELECT x FROM t GROUP BY x, GROUPING SETS ((y), ())", "GROUPING SETS, ROLLUP"),
    ):
        with pytest.raises(AccountlensError, match=f"BigQuery cannot say this: .*{why}"):
            translate(sql, "bigquery")
    assert "LEFT JOIN" in words("SELECT * FROM a LEFT JOIN b ON a.y = b.y AND a.x < b.x", "bigquery")


@pytest.mark.parametrize("engine", COMPILED)
def test_what_only_duckdb_says_is_refused_and_told(engine: str) -> None:
    """SQLGlot would write each of these as it is, or as something that means another thing."""
    for sql, why in (
        ("SELECT a[1:2] AS x FROM t", "part of a list"),
        ("SELECT [i + 1 FOR i IN a] AS x FROM t", "list made by FOR"),
        ("SELECT * FROM a ASOF JOIN b ON a.x >= b.x", "no ASOF JOIN"),
        ("SELECT * FROM a ANTI JOIN b ON a.x = b.x", "no ANTI JOIN"),
        ("SELECT a SIMILAR TO 'x' AS b FROM t", "no SIMILAR TO"),
        ("SELECT a GLOB 'x*' AS b FROM t", "no GLOB"),
        ("SELECT DATE_TRUNC('week', a) AS b FROM t", "Weeks begin on another day"),
        ("SELECT EXTRACT(WEEK FROM a) AS b FROM t", "week of a time is counted otherwise"),
        ("SELECT STRFTIME(a, '%Y') AS b FROM t", "other signs"),
    ):
        with pytest.raises(AccountlensError, match=f"{engine_of(engine).label} cannot say this: .*{why}"):
            translate(sql, engine)
    assert words("SELECT SUM(x ORDER BY y) AS s, EXTRACT(MONTH FROM a) AS m FROM t", engine).startswith(
        "SELECT SUM(x) AS s"
    )


def test_bigquery_has_no_window_by_a_span_of_time() -> None:
    sql = "SELECT SUM(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS s FROM t"
    with pytest.raises(AccountlensError, match="BigQuery cannot say this: A window by RANGE"):
        translate(sql, "bigquery")


def test_snowflake_counts_in_doubles() -> None:
    """Its literals, its quotients and its means are decimals of few digits."""
    written = words(
        "SELECT KPI_HOURS(a, b) AS h, AVG(n) AS m, VAR_SAMP(n) AS v, 1e0 / COUNT(*) AS q FROM t", "snowflake"
    )
    assert "/ CAST(3600e0 AS DOUBLE)" in written
    assert "CAST(1e0 AS DOUBLE) / COUNT(*)" in written
    assert "AVG(CAST(n AS DOUBLE))" in written
    assert "VARIANCE(CAST(n AS DOUBLE))" in written
    assert "AS TIMESTAMPNTZ)" in words("SELECT KPI_DURATION(a, b) AS d FROM t", "snowflake")  # never by a setting


def test_snowflake_adds_parts_of_a_second() -> None:
    assert "DATEADD(MICROSECOND, 86400000000 * (x), a)" in words("SELECT KPI_ADD_DAYS(a, x) AS b FROM t", "snowflake")


@pytest.mark.parametrize("engine", ["bigquery", "snowflake"])
def test_of_an_hour_that_comes_twice_the_second_is_meant(engine: str) -> None:
    """As DuckDB and PostgreSQL have it; others say nothing, or take the first."""
    written = words("SELECT KPI_UTC(a) AS b FROM t", engine)
    assert written.count("HOUR") == 2
    assert "IF" in written


@pytest.mark.parametrize("engine", ["bigquery", "snowflake", "databricks"])
def test_names_are_quoted_as_the_engine_does(engine: str) -> None:
    told = engine_of(engine)
    assert translate('SELECT "group" FROM t', engine) == f"SELECT {told.named('group')} FROM {told.named('t')}"


@pytest.mark.parametrize("engine", COMPILED)
def test_signs_in_texts_are_kept(engine: str) -> None:
    import sqlglot

    written = translate(r"SELECT 'it''s a \n' AS x", engine)
    assert sqlglot.parse_one(written, read=engine_of(engine).dialect).expressions[0].this.name == r"it's a \n"


@pytest.mark.parametrize("engine", COMPILED)
def test_an_engine_that_is_not_run_on_says_so(engine: str) -> None:
    assert engine_of(engine).connect is None
    assert engine_of(engine).functions
