"""Figures of scopes, asked together wherever they are of one dimension and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from accountlens.engine.answer import Answer
from accountlens.engine.arrays import compute
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.formula import UNKNOWN, Number, settle
from accountlens.language.query import Query
from accountlens.targets.target import Scope
from accountlens.warehouses.expand import literal

Ask: TypeAlias = Callable[[Query], Answer]
Wanted: TypeAlias = tuple[str, Scope, str]  # a KPI as asked, of whom, and the period in words
MOST_KNOWN = 100_000  # figures of one session that are remembered
Course: TypeAlias = Mapping[date, "Figure"]  # by the first day of each period
_known: WeakKeyDictionary[Session, dict[Any, Any]] = WeakKeyDictionary()


Find: TypeAlias = Callable[[Iterable[Wanted], Query], Mapping[Wanted, "Figure"]]  # as `figures`, of somebody's sight


@dataclass(frozen=True)
class Figure:
    """A KPI's figure of a scope. `whole`: its period is over. `why`: it cannot be asked."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: float | None = None
    whole: bool = True
    why: str | None = None


def remembered(wanted: Iterable[Wanted], ask: Ask, like: Query, session: Session) -> Mapping[Wanted, Figure]:
    """The same, asked once: what a session answers does not change, and the same past stands behind many targets."""
    known, when = _known.setdefault(session, {}), (like.as_of, like.profile, like.history)
    found = {one: known.get((when, one)) for one in wanted}
    new = figures([one for one, figure in found.items() if figure is None], ask, like)
    remember({(when, one): figure for one, figure in new.items()}, known)
    return {one: new[one] if figure is None else figure for one, figure in found.items()}


def remembered_courses(
    pairs: Iterable[tuple[str, Scope]], period: str, grain: str, ask: Ask, like: Query, session: Session
) -> Mapping[tuple[str, Scope], Course]:
    """Courses of scopes of any dimensions, asked once."""
    known, when = _known.setdefault(session, {}), (like.as_of, like.profile, like.history, period, grain)
    lacking = defaultdict[str | None, list[tuple[str, Scope]]](list)
    found = {pair: known.get((when, pair)) for pair in pairs}
    for pair, course in found.items():
        if course is None:
            lacking[pair[1].dimension].append(pair)
    new = {pair: of for its in lacking.values() for pair, of in courses(its, period, grain, ask, like).items()}
    remember({(when, pair): course for pair, course in new.items()}, known)
    return {pair: new[pair] if course is None else course for pair, course in found.items()}


def remember(new: Mapping[Any, Any], known: dict[Any, Any]) -> None:
    if len(known) + len(new) > MOST_KNOWN:
        known.clear()
    known |= new


def figures(wanted: Iterable[Wanted], ask: Ask, like: Query) -> Mapping[Wanted, Figure]:
    """`like`: the question whose moment, snapshot and profile the figures are to be of."""
    together = defaultdict[tuple[str | None, str], dict[tuple[str, Scope], None]](dict)
    for kpi, scope, period in wanted:
        together[scope.dimension, period][kpi, scope] = None
    found: dict[Wanted, Figure] = {}
    for (_, period), pairs in together.items():
        rows = courses(list(pairs), period, "total", ask, like)
        found |= {(kpi, scope, period): next(iter(rows[kpi, scope].values())) for kpi, scope in pairs}
    return found


def courses(
    pairs: Sequence[tuple[str, Scope]], period: str, grain: str, ask: Ask, like: Query
) -> Mapping[tuple[str, Scope], Course]:
    """Figures by the first day of each period of a grain; all scopes are of one dimension."""
    kpis, dimension = sorted({kpi for kpi, _ in pairs}), pairs[0][1].dimension
    values = sorted({scope.value for _, scope in pairs})
    query = replace(
        like, kpis=tuple(map(parse_asked, kpis)), by=(dimension,) if dimension else (), where=_among(dimension, values),
        period=period, grain=grain, compare=(), scope="all", totals="none" if dimension else "grand",
    )  # fmt: skip
    try:
        answer = ask(query)
    except AccountlensError as error:  # a definition may have changed since the target was set
        if len(kpis) == 1:
            return {pair: defaultdict(Figure, {date.min: Figure(why=str(error))}) for pair in pairs}
        alone = [courses([one for one in pairs if one[0] == kpi], period, grain, ask, like) for kpi in kpis]
        return {pair: figure for one in alone for pair, figure in one.items()}
    found = defaultdict[tuple[str, str], dict[date, Figure]](dict)
    for row in answer.rows():
        key = written(row["kpi"], row.get("options", {})), (row["by"][dimension] if dimension else "")
        found[key][date.fromisoformat(row["period_start"])] = _figure(row)
    nothing = _nothing(answer)
    return {(kpi, scope): found.get((kpi, scope.value)) or nothing[kpi] for kpi, scope in pairs}


def _nothing(answer: Answer) -> Mapping[str, Course]:
    """What each KPI is, in every period, for whom there is no row: what nothing adds up to, which may be unknown."""
    told = {}
    for planned in answer.plan.kpis:
        cells = {
            name: Number(0.0) if cell.value is not None and cell.empty_is_zero else UNKNOWN
            for name, cell in planned.cells.items()
        }
        slices = answer.plan.slices[: answer.plan.asked]
        words = {  # of the period, in days; nothing changes by the hour that clocks are turned
            "days": [piece.as_of - piece.start for piece in slices],
            "days_observed": [piece.horizon - piece.end for piece in slices],
        }
        columns = {word: np.array([one.total_seconds() / 86400 for one in spans]) for word, spans in words.items()}
        values = compute([settle(planned.kpi.formula, cells)], columns)[0]
        told[written(planned.kpi.name, planned.kpi.beyond)] = {
            piece.period.start: Figure(None if np.isnan(value) else float(value), whole=not piece.partial)
            for piece, value in zip(slices, values, strict=True)
        }
    return told


def written(kpi: str, options: Mapping[str, Any]) -> str:
    """A KPI with the options that differ from the workspace's: how targets name it."""
    return str(Asked(kpi, dict(sorted(options.items()))))


def _among(dimension: str | None, values: Sequence[str]) -> str | None:
    return f"{dimension} IN ({', '.join(map(literal, values))})" if dimension else None


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(row["value"], row["lower"], row["upper"], row["n"], "partial_period" not in row["flags"])
