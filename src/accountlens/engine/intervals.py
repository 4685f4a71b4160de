"""How sure a number is: intervals, 95 % unless a level is asked, as SQL over the same cells.

Wilson score interval: Newcombe (1998), Statistics in Medicine 17, no continuity correction.
Trinomial Wald interval of a net promoter score: 100 z sqrt((p + d - (p - d)^2) / n); adjusted: Rocks (2016).
"""

from __future__ import annotations

from statistics import NormalDist

from accountlens.engine.formula_sql import FormulaWriter
from accountlens.language.formula import Binary
from accountlens.language.kpi import Kpi
from accountlens.warehouses.expand import literal

LEVEL, Z = 0.95, 1.959964  # the sheet's (G8)
UNKNOWN = "CAST(NULL AS DOUBLE)"


def level_of(kpi: Kpi) -> float | None:
    """How often the KPI's interval holds the truth; none where it carries no interval."""
    return float(kpi.options.get("level", LEVEL)) if kpi.interval else None


def quantile(level: float) -> float:
    """How many standard deviations to either side hold that share of a normal distribution."""
    return Z if level == LEVEL else abs(NormalDist().inv_cdf((1 - level) / 2))


def interval_sql(kpi: Kpi, write: FormulaWriter) -> tuple[str, str]:
    """Lower and upper bound, unknown where the KPI declares no interval."""
    if kpi.interval == "wilson":
        assert isinstance(kpi.formula, Binary)
        z = quantile(level_of(kpi) or LEVEL)
        return _wilson(write(kpi.formula.left), write(kpi.formula.right), z)
    if kpi.interval == "trinomial":
        promoters, detractors, responses = map(write.measure, ("promoters", "detractors", "responses"))
        return _trinomial(promoters, detractors, responses, kpi.options.get("ci") == "adjusted_wald")
    return UNKNOWN, UNKNOWN


def _wilson(successes: str, trials: str, z: float) -> tuple[str, str]:
    k, n = f"({successes})", f"({trials})"
    middle = f"({k} + {literal(z * z / 2)})"
    half = f"{literal(z)} * SQRT(GREATEST({k} * ({n} - {k}) / {n} + {literal(z * z / 4)}, 0e0))"
    low, high = (f"({middle} {sign} {half}) / ({n} + {literal(z * z)})" for sign in "-+")
    return (
        f"(CASE WHEN {n} > 0 AND {k} = 0 THEN 0e0 WHEN {n} > 0 AND {k} <= {n} THEN {low} END)",
        f"(CASE WHEN {n} > 0 AND {k} = {n} THEN 1e0 WHEN {n} > 0 AND {k} <= {n} THEN {high} END)",
    )


def _trinomial(promoters: str, detractors: str, responses: str, adjusted: bool) -> tuple[str, str]:
    extra, total = ("0.75e0", "3e0") if adjusted else ("0e0", "0e0")
    n = f"({responses} + {total})"
    p, d = f"(({promoters} + {extra}) / {n})", f"(({detractors} + {extra}) / {n})"
    half = f"{100 * Z}e0 * SQRT(GREATEST({p} + {d} - ({p} - {d}) * ({p} - {d}), 0e0) / {n})"
    net = f"100e0 * ({p} - {d})"
    return (
        f"(CASE WHEN {responses} > 0 THEN GREATEST({net} - {half}, -100e0) END)",
        f"(CASE WHEN {responses} > 0 THEN LEAST({net} + {half}, 100e0) END)",
    )
