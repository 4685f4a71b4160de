"""What targets amount to: growth and formulas ask the engine for the figures they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from accountlens.engine.arrays import compute
from accountlens.language.formula import names, parse_formula
from accountlens.language.periods import Period, Range, previous, previous_year, range_text
from accountlens.language.query import Query
from accountlens.targets.figures import Figure, Find
from accountlens.targets.spans import read_range
from accountlens.targets.target import BASES, Absolute, Computed, Growth, Scope, Span, Target


@dataclass(frozen=True)
class Worth:
    """What a target amounts to; None where that is not known, with the reason."""

    value: float | None
    why: str | None = None


@dataclass(frozen=True)
class _Standing:
    """A target, the period and the KPIs its amount stands on."""

    target: Target
    period: str
    kpis: Sequence[str]

    def wanted(self) -> list[tuple[str, Scope, str]]:
        return [(kpi, self.target.scope, self.period) for kpi in self.kpis]


def worths(
    targets: Iterable[Target], find: Find, like: Query, today: date, fiscal_starts: int = 1
) -> Mapping[int, Worth]:
    """By the number of the version. `like`: the question whose moment and snapshot the figures are to be of."""
    told, standing = dict[int, Worth](), list[_Standing]()
    for one in targets:
        match one.amount:
            case Absolute(value):
                told[one.number] = Worth(value)
            case Growth():
                standing.append(_Standing(one, base_period(one.span, BASES[0], today, fiscal_starts), [one.kpi]))
            case Computed(formula, base):
                period = base_period(one.span, base, today, fiscal_starts)
                standing.append(_Standing(one, period, names(parse_formula(formula))))
    found = find([key for one in standing for key in one.wanted()], like)
    for each in standing:
        told[each.target.number] = _worth(each, [found[key] for key in each.wanted()])
    return told


def base_period(span: Span, base: str, today: date, fiscal_starts: int) -> str:
    """The days of the period whose figures an amount stands on."""
    period = Period(span.start, span.end)
    if base in BASES:
        earlier = previous_year(period) if base == BASES[0] else previous(period)
        return range_text(Range(earlier.start, earlier.end))
    return range_text(read_range(base, today, fiscal_starts))


def _worth(standing: _Standing, found: Sequence[Figure]) -> Worth:
    for kpi, figure in zip(standing.kpis, found, strict=True):
        if figure.why:
            return Worth(None, figure.why)
        if not figure.whole:
            return Worth(None, f"It stands on {kpi} of {standing.period}, which is not over yet.")
        if figure.value is None:
            return Worth(None, f"It stands on {kpi} of {standing.period}, which is not known.")
    match standing.target.amount:
        case Growth(rate):
            assert found[0].value is not None
            return Worth(found[0].value * (1 + rate))
        case Computed(formula, _):
            columns = {kpi: np.array([one.value], np.float64) for kpi, one in zip(standing.kpis, found, strict=True)}
            value = float(compute([parse_formula(formula)], columns or {"": np.array([np.nan])})[0, 0])
            return Worth(None, f"The formula '{formula}' gives nothing.") if np.isnan(value) else Worth(value)
    raise AssertionError("an absolute amount stands on nothing")
