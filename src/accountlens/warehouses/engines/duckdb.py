"""DuckDB: embedded, and the dialect that everything is authored in."""

from accountlens.warehouses.engine import Engine

ENGINE = Engine(
    name="duckdb",
    label="DuckDB",
    dialect="duckdb",
    macros={
        "KPI_SECONDS": "((epoch_us({1}) - epoch_us({0})) / 1e6)",
        "KPI_ADD_DAYS": "({0} + to_seconds(86400e0 * ({1})))",
        "KPI_LOCAL": "timezone('{zone}', timezone('UTC', {0}))",
        "KPI_UTC": "timezone('UTC', timezone('{zone}', {0}))",
        "KPI_INSTANT": "timezone('UTC', {0})",  # of a time with a zone
        "KPI_WHOLE_DAYS": "date_diff('day', KPI_LOCAL_DATE({0}), KPI_LOCAL_DATE({1}))",
        # local clocks cost more than all the rest; since 1972 every zone is whole quarters of an hour from UTC
        "KPI_AT_MIDNIGHT": "((epoch_us({0}) % 900000000 = 0 OR {0} < TIMESTAMP '1972-02-01 00:00:00') "
        "AND KPI_LOCAL({0}) = CAST(KPI_LOCAL_DATE({0}) AS TIMESTAMP))",
        "KPI_ADD_MONTHS": "KPI_UTC(KPI_LOCAL({0}) + to_months(CAST({1} AS INTEGER)))",
        "KPI_QUANTILE": "quantile_cont({0}, {1})",
        # the n-th of the values in ascending order, the first being 1; n may itself be made of aggregates
        "KPI_NTH": "LIST_SORT(LIST({0}) FILTER (WHERE {0} IS NOT NULL))[{1}]",
        "KPI_LATEST": "arg_max({0}, {1})",
        "KPI_EARLIEST": "arg_min({0}, {1})",
        # a whole number that tells texts apart on one engine, and means nothing beside another's
        "KPI_PRINT": "hash({0})",
    },
)
