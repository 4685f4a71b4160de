"""How sure a number is: intervals, 95 % unless a level is asked, as SQL over the same cells.

Wilson score interval: Newcombe (1998), Statistics in Medicine 17, no continuity correction.
Trinomial Wald interval of a net promoter score: 100 z sqrt((p + d - (p - d)^2) / n); adjusted: Rocks (2016).
Student's t: a mean ± t(n - 1) s / sqrt(n); a figure ± t(degrees of freedom) × the standard error its file states.
Order statistics: a median or percentile lies between two of the ordered values, their ranks from the binomial
distribution; Conover (1999), Practical Nonparametric Statistics, 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping

from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.plan import PlannedKpi
from accountlens.engine.quantiles import LEVEL, TABLED, Z, normal_quantile, order_ranks, t_expansion, t_quantiles
from accountlens.language.formula import Binary, Name
from accountlens.language.kpi import Kpi, StandardError
from accountlens.language.measures import Measure
from accountlens.warehouses.expand import literal

SHARES = {"median": 0.5, "p90": 0.9}  # of all values, those below the quantile
UNKNOWN = "CAST(NULL AS DOUBLE)"


def level_of(kpi: Kpi) -> float | None:
    """How often the KPI's interval holds the truth; none where it carries no interval."""
    if kpi.interval is None and kpi.rollup != "mean_of_accounts":
        return None
    return float(kpi.options.get("level", LEVEL))


def quantile(level: float) -> float:
    """How many standard deviations to either side hold that share of a normal distribution."""
    return Z if level == LEVEL else normal_quantile(level)


def beside(kpi: Kpi, measure: Measure) -> tuple[str, ...]:
    """What is aggregated beside the measure a KPI consists of, for its interval; `{0}` is the measure's expression."""
    if not isinstance(kpi.formula, Name) or kpi.measures.get(kpi.formula.name) is not measure:
        return ()
    level = level_of(kpi) or LEVEL
    match kpi.interval:
        case "student_t":
            return ("var_samp(KPI_DOUBLE({0}))",)
        case "order_statistics":
            return _ordered(SHARES[measure.function], level)
    return ()


def interval_sql(planned: PlannedKpi, write: FormulaWriter) -> tuple[str, str]:
    """Lower and upper bound, unknown where the KPI declares no interval."""
    kpi, level = planned.kpi, level_of(planned.kpi)
    if level is None:
        return UNKNOWN, UNKNOWN
    match kpi.interval:
        case "wilson":
            assert isinstance(kpi.formula, Binary)
            return _wilson(write(kpi.formula.left), write(kpi.formula.right), quantile(level))
        case "trinomial":
            promoters, detractors, responses = map(write.measure, ("promoters", "detractors", "responses"))
            return _trinomial(
                promoters, detractors, responses, kpi.options.get("ci") == "adjusted_wald", quantile(level)
            )
        case "student_t":
            return _of_mean(planned, write, level)
        case "order_statistics":
            return _between(planned)
        case StandardError(error, freedom):
            return t_sql(write(kpi.formula), write(error), write(freedom), level)
    return UNKNOWN, UNKNOWN


def t_sql(value: str, error: str, freedom: str, level: float) -> tuple[str, str]:
    """Value ± t × standard error, exact up to `TABLED` degrees of freedom, then by A&S 26.7.5; unknown below one."""
    tabled = " ".join(f"WHEN {number} THEN {literal(t)}" for number, t in enumerate(t_quantiles(level), start=1))
    first, *further = map(literal, t_expansion(level))
    far = " + ".join(f"{factor} / POWER({freedom}, {power})" for power, factor in enumerate(further, start=1))
    t = f"(CASE WHEN {freedom} > {TABLED} THEN {first} + {far} ELSE CASE {freedom} {tabled} END END)"
    return f"({value} - {t} * {error})", f"({value} + {t} * {error})"


def _of_mean(planned: PlannedKpi, write: FormulaWriter, level: float) -> tuple[str, str]:
    assert isinstance(planned.kpi.formula, Name)
    cell = planned.cells[planned.kpi.formula.name]
    if not cell.beside:
        return UNKNOWN, UNKNOWN
    n, variance = cell.column(cell.sample), cell.column(cell.beside[0])
    return t_sql(write(planned.kpi.formula), f"SQRT({variance} / NULLIF({n}, 0))", f"({n} - 1)", level)


def _ordered(share: float, level: float) -> tuple[str, str]:
    """The lower and the upper of the ordered values as aggregates; `{0}` is what is ordered."""
    ranks = order_ranks(share, level)
    middle = f"{literal(share)} * COUNT({{0}}) + {literal(ranks.middle)}"
    reach = f"{literal(ranks.reach)} * SQRT(COUNT({{0}}))"
    low = _rank(ranks.least, ranks.lower, f"GREATEST(1, FLOOR({middle} - {reach}))")
    high = _rank(ranks.least, ranks.upper, f"LEAST(COUNT({{0}}), CEIL({middle} + {reach}))")
    return f"KPI_NTH({{0}}, {low})", f"KPI_NTH({{0}}, {high})"


def _rank(least: int, exact: Mapping[int, int], usual: str) -> str:
    cases = " ".join(f"WHEN {n} THEN {rank}" for n, rank in exact.items())
    rank = f"CASE COUNT({{0}}) {cases} ELSE {usual} END" if cases else usual
    return f"CAST(CASE WHEN COUNT({{0}}) >= {least} THEN {rank} END AS INTEGER)"


def _between(planned: PlannedKpi) -> tuple[str, str]:
    assert isinstance(planned.kpi.formula, Name)
    cell = planned.cells[planned.kpi.formula.name]
    if not cell.beside:
        return UNKNOWN, UNKNOWN
    low, high = map(cell.column, cell.beside)
    return low, high


def _wilson(successes: str, trials: str, z: float) -> tuple[str, str]:
    k, n = f"({successes})", f"({trials})"
    middle = f"({k} + {literal(z * z / 2)})"
    half = f"{literal(z)} * SQRT(GREATEST({k} * ({n} - {k}) / {n} + {literal(z * z / 4)}, 0e0))"
    low, high = (f"({middle} {sign} {half}) / ({n} + {literal(z * z)})" for sign in "-+")
    return (
        f"(CASE WHEN {n} > 0 AND {k} = 0 THEN 0e0 WHEN {n} > 0 AND {k} <= {n} THEN {low} END)",
        f"(CASE WHEN {n} > 0 AND {k} = {n} THEN 1e0 WHEN {n} > 0 AND {k} <= {n} THEN {high} END)",
    )


def _trinomial(promoters: str, detractors: str, responses: str, adjusted: bool, z: float) -> tuple[str, str]:
    extra, total = ("0.75e0", "3e0") if adjusted else ("0e0", "0e0")
    n = f"({responses} + {total})"
    p, d = f"(({promoters} + {extra}) / {n})", f"(({detractors} + {extra}) / {n})"
    half = f"{literal(100 * z)} * SQRT(GREATEST({p} + {d} - ({p} - {d}) * ({p} - {d}), 0e0) / {n})"
    net = f"100e0 * ({p} - {d})"
    return (
        f"(CASE WHEN {responses} > 0 THEN GREATEST({net} - {half}, -100e0) END)",
        f"(CASE WHEN {responses} > 0 THEN LEAST({net} + {half}, 100e0) END)",
    )
