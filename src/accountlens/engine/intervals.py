"""How sure a number is: intervals, 95 % unless a level is asked, as formulas over the same cells.

Wilson score interval: Newcombe (1998), Statistics in Medicine 17, no continuity correction.
Trinomial Wald interval of a net promoter score: 100 z sqrt((p + d - (p - d)^2) / n); adjusted: Rocks (2016).
Student's t: a mean ± t(n - 1) s / sqrt(n); a figure ± t(degrees of freedom) × the standard error its file states.
Order statistics: a median or percentile lies between two of the ordered values, their ranks from the binomial
distribution; Conover (1999), Practical Nonparametric Statistics, 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from accountlens.engine.plan import PlannedKpi
from accountlens.engine.quantiles import LEVEL, Z, normal_quantile, order_ranks
from accountlens.language.formula import UNKNOWN, Binary, Call, Name, Node, Number, parse_formula, settle
from accountlens.language.kpi import Kpi, StandardError
from accountlens.language.measures import Measure
from accountlens.warehouses.expand import literal

SHARES = {"median": 0.5, "p90": 0.9}  # of all values, those below the quantile
# k of n, z standard deviations to either side
HALF_OF_SHARE = "z * sqrt(max(k * (n - k) / n + z * z / 4, 0))"
LEAST_SHARE = "if(n > 0, if(k = 0, 0, if(k <= n, (k + z * z / 2 - half) / (n + z * z), unknown)), unknown)"
MOST_SHARE = "if(n > 0, if(k = n, 1, if(k <= n, (k + z * z / 2 + half) / (n + z * z), unknown)), unknown)"
# shares p of promoters and d of detractors of n responses
HALF_OF_NET = "100 * z * sqrt(max(p + d - (p - d) * (p - d), 0) / n)"
LEAST_NET = "if(responses > 0, max(100 * (p - d) - half, -100), unknown)"
MOST_NET = "if(responses > 0, min(100 * (p - d) + half, 100), unknown)"


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


def interval_of(planned: PlannedKpi, cells: Mapping[str, Node]) -> tuple[Node, Node]:
    """Lower and upper bound, unknown where the KPI declares no interval; `cells` are its measures' values."""
    kpi, level = planned.kpi, level_of(planned.kpi)
    if level is None:
        return UNKNOWN, UNKNOWN
    value = settle(kpi.formula, cells)
    match kpi.interval:
        case "wilson":
            assert isinstance(value, Binary)
            return _wilson(value.left, value.right, quantile(level))
        case "trinomial":
            return _trinomial(cells, kpi.options.get("ci") == "adjusted_wald", quantile(level))
        case "student_t":
            return _of_mean(planned, value, level)
        case "order_statistics":
            return _between(planned)
        case StandardError(error, freedom):
            return t_interval(value, settle(error, cells), settle(freedom, cells), level)
    return UNKNOWN, UNKNOWN


def t_interval(value: Node, error: Node, freedom: Node, level: float) -> tuple[Node, Node]:
    """Value ± t × standard error; unknown below one degree of freedom."""
    reach = Binary("*", Call("student_t", (freedom, Number(level))), error)
    return Binary("-", value, reach), Binary("+", value, reach)


def error_of_mean(variance: Node, n: Node) -> Node:
    return _formula("sqrt(variance / n)", variance=variance, n=n)


def _of_mean(planned: PlannedKpi, value: Node, level: float) -> tuple[Node, Node]:
    assert isinstance(planned.kpi.formula, Name)
    cell = planned.cells[planned.kpi.formula.name]
    if not cell.beside:
        return UNKNOWN, UNKNOWN
    n, variance = Name(cell.column(cell.sample)), Name(cell.column(cell.beside[0]))
    return t_interval(value, error_of_mean(variance, n), _formula("n - 1", n=n), level)


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


def _between(planned: PlannedKpi) -> tuple[Node, Node]:
    assert isinstance(planned.kpi.formula, Name)
    cell = planned.cells[planned.kpi.formula.name]
    if not cell.beside:
        return UNKNOWN, UNKNOWN
    low, high = map(cell.column, cell.beside)
    return Name(low), Name(high)


def _wilson(successes: Node, trials: Node, z: float) -> tuple[Node, Node]:
    given: dict[str, Node] = {"k": successes, "n": trials, "z": Number(z)}
    given["half"] = _formula(HALF_OF_SHARE, **given)
    return _formula(LEAST_SHARE, **given), _formula(MOST_SHARE, **given)


def _trinomial(cells: Mapping[str, Node], adjusted: bool, z: float) -> tuple[Node, Node]:
    extra, total = (Number(0.75), Number(3.0)) if adjusted else (Number(0.0), Number(0.0))
    n = Binary("+", cells["responses"], total)
    p, d = (Binary("/", Binary("+", cells[name], extra), n) for name in ("promoters", "detractors"))
    given: dict[str, Node] = {"p": p, "d": d, "n": n, "z": Number(z), "responses": cells["responses"]}
    given["half"] = _formula(HALF_OF_NET, **given)
    return _formula(LEAST_NET, **given), _formula(MOST_NET, **given)


def _formula(text: str, **given: Node) -> Node:
    return settle(_parsed(text), given)


_parsed = cache(parse_formula)
