"""The `KPI_*` macros: what authored SQL says where engines differ, and the texts that all of them share.

`{0}`, `{1}` are the arguments, `{zone}` the workspace's time zone. Texts of one engine stand in its own file
(`warehouses/engines`). Facts behind them: `docs/decisions/0005-one-sql-many-engines.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from accountlens.warehouses.engines.duckdb import ENGINE as DUCKDB
from accountlens.warehouses.registry import engine_of

SHARED: Final[Mapping[str, str]] = {
    "KPI_RATIO": "(CAST({0} AS DOUBLE) / NULLIF(CAST({1} AS DOUBLE), 0))",
    "KPI_DOUBLE": "CAST({0} AS DOUBLE)",
    "KPI_MINUTES": "(KPI_SECONDS({0}, {1}) / 60e0)",
    "KPI_HOURS": "(KPI_SECONDS({0}, {1}) / 3600e0)",
    "KPI_DAYS": "(KPI_SECONDS({0}, {1}) / 86400e0)",
    "KPI_LOCAL_DATE": "CAST(KPI_LOCAL({0}) AS DATE)",
    # Elapsed days; between two local midnights whole days, whatever summer time does (rule G5: date-only values).
    "KPI_DURATION": "(CASE WHEN KPI_AT_MIDNIGHT({0}) AND KPI_AT_MIDNIGHT({1}) "
    "THEN CAST(KPI_WHOLE_DAYS({0}, {1}) AS DOUBLE) ELSE KPI_DAYS({0}, {1}) END)",
    "KPI_AT_MIDNIGHT": "(KPI_LOCAL({0}) = CAST(KPI_LOCAL_DATE({0}) AS TIMESTAMP))",
    "KPI_HALF": "POWER(2e0, -({0}) / CAST({1} AS DOUBLE))",
    "KPI_MEDIAN": "KPI_QUANTILE({0}, 0.5)",
}
MACROS: Final[frozenset[str]] = frozenset({*SHARED, *DUCKDB.macros})  # DuckDB has every one that is not shared

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
    return engine_of(engine).macros.get(name, SHARED.get(name))


def is_own(name: str, engine: str, zone: str) -> bool:
    """Whether a macro's text is in the engine's words; what all share is in DuckDB's."""
    return name in engine_of(engine).macros and not (zone == "UTC" and name in IN_UTC)


@cache
def arity(name: str) -> int:
    """How many arguments a macro takes."""
    text = DUCKDB.macros.get(name) or SHARED[name]
    return 1 + max(index for index in range(4) if f"{{{index}}}" in text)
