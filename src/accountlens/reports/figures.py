"""The figures of a review: each KPI over its period, before it and a year ago, and whether the change is noise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Literal

from accountlens.engine.answer import Answer
from accountlens.engine.intervals import level_of
from accountlens.engine.planner import make_plan
from accountlens.engine.run import make_readable
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.formula import Binary
from accountlens.language.kpi import Kpi
from accountlens.language.measures import At
from accountlens.language.query import Query
from accountlens.pages.moves import measured
from accountlens.pages.noise import Bounded, change_bounds
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Figure, HowAsked, Verdict
from accountlens.reports.spans import Span

LEAST_CHANGES = 6  # earlier changes without which nothing is said of what is usual
Row = dict[str, Any]
Manner = Literal["flow", "rate", "stock"]  # summed up over a period, a share or mean of it, or what is at its end


@dataclass(frozen=True)
class Told:
    """A figure, and its values over the periods up to it, as far back as there is anything; the parts before."""

    figure: Figure
    series: Sequence[Row]
    parts_before: Mapping[str, float | None] = field(default_factory=dict)
    changed: Mapping[str, float] = field(default_factory=dict)  # what the change is made of, where it has components
    how: Manner = "stock"

    @property
    def first(self) -> bool:
        """Whether all periods before are empty: then it is not known whether it rose, or the records begin here."""
        return not self.figure.before and len(self.series) <= 1

    @property
    def notable(self) -> bool:
        """Whether its change is more than noise."""
        return self.figure.verdict in ("beyond", "unusual") and not self.first


def filter_for(here: Stand, kpi: str, whom: Whom, by: Sequence[str] = ()) -> str | None:
    """The filter that leaves his rows of a KPI; `AccountlensError` where none can."""
    for where in whom.filters[:-1]:
        try:
            return _fits(here, kpi, where, by)
        except AccountlensError:
            continue
    return _fits(here, kpi, whom.filters[-1] if whom.filters else None, by)


def _fits(here: Stand, kpi: str, where: str | None, by: Sequence[str]) -> str | None:
    query = Query((parse_asked(kpi),), tuple(by), "last-month", where=where)
    make_readable(make_plan(query, here.opened.ground(query)), here.session)
    return where


def tell_figures(here: Stand, wheres: Mapping[str, str | None], span: Span) -> dict[str, Told]:
    """All KPIs (with the filter of each), those of one filter asked together; in their order."""
    found: dict[str, Told] = {}
    for where in dict.fromkeys(wheres.values()):
        kpis = [kpi for kpi, its in wheres.items() if its == where]
        found |= _together(here, kpis, where, span)
    return {kpi: found[kpi] for kpi in wheres}


def _together(here: Stand, kpis: Sequence[str], where: str | None, span: Span) -> dict[str, Told]:
    now = here.ask(kpis, period=span.text, where=where, compare=["previous", "year-ago"])
    over = here.ask(kpis, period=span.series, grain=span.grain, where=where)
    rows, series = now.rows(), _by_kpi(over, len(kpis))
    earlier = _earlier(here, kpis, where, span) if span.piece.partial else [one[-2] for one in series]
    return {
        kpi: _told(here, now, place, HowAsked(kpi, span.text, where), rows[place], series[place], earlier[place])
        for place, kpi in enumerate(kpis)
    }


def _by_kpi(answer: Answer, kpis: int) -> list[list[Row]]:
    rows = answer.rows()
    size = len(rows) // kpis
    return [rows[place * size : (place + 1) * size] for place in range(kpis)]


def _earlier(here: Stand, kpis: Sequence[str], where: str | None, span: Span) -> list[Row]:
    """Of as much of the period before as has gone of this one."""
    before = here.ground.clock.before(span.piece, "previous")
    days = f"{before.period.start}..{before.period.end - timedelta(days=1)}"
    query = Query(tuple(map(parse_asked, kpis)), (), days, where=where, as_of=before.as_of)
    return here.answer(query).rows()


def _told(
    here: Stand, answer: Answer, place: int, asked: HowAsked, row: Row, series: Sequence[Row], earlier: Row
) -> Told:
    kpi = answer.plan.kpis[place].kpi
    kept = _since_anything(series)
    previous, year = row["compare"]["previous"], row["compare"]["year-ago"]
    if not year["value"] and len(kept) < len(series):  # records begin since then: of before that nothing is known
        year = {"value": None, "change": None}
    bounds: tuple[float | None, float | None] = (None, None)
    if _same(earlier["value"], previous["value"]):  # else it is seen from another moment, and has no interval
        bounds = change_bounds(_bounded(earlier), _bounded(row))
    figure = Figure(
        asked=asked,
        label=here.ground.catalog.definition(kpi.name).label,
        unit=kpi.unit,
        good=kpi.good,
        value=row["value"],
        n=row["n"],
        lower=row["lower"],
        upper=row["upper"],
        level=level_of(kpi),
        before=previous["value"],
        change=previous["change"],
        change_lower=bounds[0],
        change_upper=bounds[1],
        year_ago=year["value"],
        year_change=year["change"],
        verdict="untold",
        better=_better(kpi.good, previous["change"]),
        flags=row["flags"],
        parts=row["parts"],
    )
    partial = "partial_period" in row["flags"]
    judged = replace(figure, verdict=verdict(figure, [] if partial else changes(kept)))
    return Told(judged, kept, earlier["parts"], previous.get("changed", {}), _manner(kpi))


def _manner(kpi: Kpi) -> Manner:
    """Whether it happened in the period, or is so at its end."""
    if not any(isinstance(kpi.measures[name].time, At) for name in measured(kpi)):
        return "stock"
    summed = all(kpi.measures[name].function in ("count", "sum", "distinct") for name in measured(kpi))
    return "flow" if summed and not isinstance(kpi.formula, Binary) else "rate"


def _bounded(row: Row) -> Bounded:
    return Bounded(*(math.nan if row[name] is None else row[name] for name in ("value", "lower", "upper")))


def _same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _better(good: str, change: float | None) -> bool | None:
    return None if not change or good == "context" else (change > 0) == (good == "up")


def _since_anything(series: Sequence[Row]) -> list[Row]:
    """Without the periods before the first that has anything: whether these were empty or unrecorded is not known."""
    first = next((place for place, row in enumerate(series) if row["value"]), len(series) - 1)
    return list(series[first:])


def changes(series: Sequence[Row]) -> list[float]:
    """From period to period, the last one left out: what was usual before it."""
    values = [row["value"] for row in series[:-1]]
    return [now - then for then, now in pairwise(values) if now is not None and then is not None]


def verdict(figure: Figure, before: Sequence[float]) -> Verdict:
    """What is to be said of its change. Without an interval: `unusual` where no earlier change was as large."""
    if figure.change is None:
        return "untold"
    if _same(figure.value, figure.before):
        return "same"
    lower, upper = figure.change_lower, figure.change_upper
    if lower is not None and upper is not None:
        return "beyond" if lower > 0 or upper < 0 else "within"
    if len(before) < LEAST_CHANGES:
        return "untold"
    return "usual" if any(abs(one) >= abs(figure.change) for one in before) else "unusual"
