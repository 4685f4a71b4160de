"""Which accounts moved a KPI from one period to the next, and whether the whole moved more than chance would."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from accountlens.engine.answer import Answer
from accountlens.engine.arrays import Array
from accountlens.engine.series import KpiSeries, kpi_series
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Slice
from accountlens.language.formula import names
from accountlens.language.kpi import Kpi, Split
from accountlens.language.periods import Period, floor_to, step
from accountlens.language.query import Query
from accountlens.pages.needs import Need
from accountlens.pages.noise import Bounded, change_bounds
from accountlens.pages.shares import Figures, How, Shares, shares
from accountlens.pages.stand import Stand, names_of, stand
from accountlens.warehouses.expand import literal
from accountlens.workspace.asking import Asking

USUAL = ("mrr", "sales_revenue", "pipeline_value_open", "health_score", "engagement_score", "win_rate", "nps")
MOST = 100
OWN = "These are the accounts' own changes: they do not add up to the change of the whole."


@dataclass(frozen=True)
class Mover:
    """One account. `contribution` is its part of the total's change; `changed` is what its own change is made of."""

    account_id: str
    name: str | None
    value: float | None
    before: float | None
    contribution: float
    share: float | None  # of the total's change; several may exceed 1 where others pull the other way
    changed: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class KpiMoves:
    """`up` and `down` raised and lowered the total most, first the most; `rest` is what all others brought together.

    `how`: contributions add up as those of a sum, a ratio or a mean; `own` ones do not, and are own changes alone.
    `lower` and `upper` bound the change where the KPI has an interval; `beyond_noise` whether they leave 0 out.
    """

    kpi: str
    label: str
    unit: str
    good: str
    value: float | None
    before: float | None
    change: float | None
    lower: float | None
    upper: float | None
    beyond_noise: bool | None
    how: How
    accounts: int
    up: Sequence[Mover]
    down: Sequence[Mover]
    rest: float | None
    note: str | None


@dataclass(frozen=True)
class Moves:
    """The spans are instants, UTC without zone: a period that lasts is set beside as much of the one before."""

    start: datetime
    end: datetime
    before_start: datetime
    before_end: datetime
    kpis: Sequence[KpiMoves]
    needs: Sequence[Need]


@dataclass(frozen=True)
class _Sides:
    """A KPI before and now: figures of the same accounts, the totals last; `bounds` of the total's change."""

    kpi: Kpi
    accounts: Sequence[str]
    before: Figures
    now: Figures
    bounds: tuple[float | None, float | None]
    comparable: bool = True


def moves(
    workspace: Asking, kpis: Iterable[str] = (), *, period: str = "last-month", where: str | None = None, top: int = 5,
    snapshot: str | None = None,
) -> Moves:  # fmt: skip
    """The period against the one before it, account by account.

    Args:
        kpis: with options where wanted; by default those of `USUAL` that the data have.
        where: the same filter as in a question.
        top: 1 to 100 accounts up, and as many down.
    """
    if not 1 <= top <= MOST:
        raise AccountlensError(f"{top} accounts cannot be told.", mend=f"Ask for 1 to {MOST}.")
    here = stand(workspace, snapshot)
    asked = list(kpis)
    now = here.span(period)
    before = here.ground.clock.before(now, "previous")
    needs = here.kpi_needs([parse_asked(name).name for name in asked or USUAL], "which accounts moved it")
    names = asked or here.can(*USUAL)
    query = Query(tuple(map(parse_asked, names)), ("account_id",), period, where=where)
    sides = _sides(here, query, now, before) if names else []
    found = [_dressed(here, name, replace(query, kpis=(one,)), side, top)
             for name, one, side in zip(names, query.kpis, sides, strict=True)]  # fmt: skip
    if not asked:
        found = [one for one in found if one.value is not None or one.before is not None]
    return Moves(now.start, now.as_of, before.start, before.as_of, found, needs)


def _sides(here: Stand, query: Query, now: Slice, before: Slice) -> list[_Sides]:
    """All KPIs asked together, and where both periods are whole ones of the calendar, both periods too."""
    grain = None if now.partial else _grain(now.period)
    if grain:
        both = f"{before.period.start}..{now.period.end - timedelta(days=1)}"
        answer = here.answer(replace(query, period=both, grain=grain))
        return [_side(answer, answer, place, (0, 1)) for place in range(len(query.kpis))]
    later = here.answer(replace(query, compare=("previous",)))
    earlier = here.answer(_before(query, before))
    return [_side(earlier, later, place, (0, 0)) for place in range(len(query.kpis))]


def _grain(period: Period) -> str | None:
    """What the period is a whole one of."""
    for grain in ("month", "quarter", "year", "week", "day"):
        if floor_to(period.start, grain) == period.start and step(period.start, grain) == period.end:
            return grain
    return None


def _side(earlier: Answer, later: Answer, place: int, columns: tuple[int, int]) -> _Sides:
    accounts = sorted({*_accounts(earlier), *_accounts(later)})
    before, now = (_figures(one, accounts, place, at) for one, at in zip((earlier, later), columns, strict=True))
    one, other = (
        (kpi_series(answer, place), _total(answer), column)
        for answer, column in zip((earlier, later), columns, strict=True)
    )
    told = kpi_series(later, place).compare.get("previous")  # of a part of a period: seen from now, not from its end
    comparable = told is None or _same(before.value[-1], told.value[_total(later), 0])
    return _Sides(later.plan.kpis[place].kpi, accounts, before, now, _bounds(one, other), comparable)


def _dressed(here: Stand, name: str, query: Query, side: _Sides, top: int) -> KpiMoves:
    kpi, accounts, then, current = side.kpi, side.accounts, side.before, side.now
    told = shares(kpi, then, current) if side.comparable else Shares((current.value - then.value)[:-1], "own")
    order = np.argsort(-told.contribution, kind="stable")
    moved = [place for place in order.tolist() if abs(told.contribution[place]) > 0]  # NaN is neither
    up = [place for place in moved if told.contribution[place] > 0][:top]
    down = [place for place in reversed(moved) if told.contribution[place] < 0][:top]
    change = current.value[-1] - then.value[-1]
    shown = [accounts[place] for place in (*up, *down)]
    called = names_of(here, "accounts", "account_id", shown)
    changed = _changed(here, query, side, shown)

    def mover(place: int) -> Mover:
        id, part = accounts[place], float(told.contribution[place])
        share = float(part / change) if told.exact and change else None
        value, earlier = _known(current.value[place]), _known(then.value[place])
        return Mover(id, called.get(id, id), value, earlier, part, share, changed.get(id, {}))

    rest = change - sum(told.contribution[place] for place in (*up, *down)) if told.exact else None
    lower, upper = side.bounds
    return KpiMoves(
        kpi=name,
        label=here.ground.catalog.definition(kpi.name).label,
        unit=kpi.unit,
        good=kpi.good,
        value=_known(current.value[-1]),
        before=_known(then.value[-1]),
        change=_known(change),
        lower=lower,
        upper=upper,
        beyond_noise=None if lower is None or upper is None else lower > 0 or upper < 0,
        how=told.how,
        accounts=len(moved),
        up=[mover(place) for place in up],
        down=[mover(place) for place in down],
        rest=None if rest is None else _known(rest),
        note=None if told.exact else OWN,
    )


def _before(query: Query, before: Slice) -> Query:
    """The same question of the period before; of as much of it as has gone of the present one."""
    days = f"{before.period.start}..{before.period.end - timedelta(days=1)}"
    as_of = before.as_of if before.partial else query.as_of
    return replace(query, period=days, compare=(), as_of=as_of)


def _total(answer: Answer) -> int:
    """Where the total stands among the groups."""
    return int(np.flatnonzero(answer.frame.level == 1)[0])


def _accounts(answer: Answer) -> list[str]:
    found: list[str] = answer.frame.dims[0].shown()[answer.frame.level == 0].tolist()
    return found


def _figures(answer: Answer, accounts: Sequence[str], place: int, column: int) -> Figures:
    """The figures of these accounts in their order, the total after them."""
    series, number = kpi_series(answer, place), {id: number for number, id in enumerate(accounts)}
    mine = np.array([number[id] for id in _accounts(answer)], np.int64)
    groups = np.flatnonzero(answer.frame.level == 0)

    def put(figure: Array) -> Array:
        found: Array = np.full(len(accounts) + 1, np.nan)
        found[mine], found[-1] = figure[groups, column], figure[_total(answer), column]
        return found

    return Figures(put(series.value), put(series.n), {name: put(part) for name, part in series.parts.items()})


def _changed(here: Stand, query: Query, side: _Sides, ids: Sequence[str]) -> dict[str, Mapping[str, float]]:
    """What the changes of these accounts are made of: the KPI's components, else the measures of its formula."""
    kpi = side.kpi
    if not isinstance(kpi.components, Split):
        place = {id: number for number, id in enumerate(side.accounts)}
        parted = kpi.components.names if kpi.components else measured(kpi)
        parts = {name: np.nan_to_num(side.now.parts[name]) - np.nan_to_num(side.before.parts[name]) for name in parted}
        return {id: {name: float(part[place[id]]) for name, part in parts.items()} for id in ids}
    mine = f"account_id IN {literal(list(ids))}"
    closer = replace(query, where=f"({query.where}) AND {mine}" if query.where else mine, totals="none")
    rows = here.answer(replace(closer, compare=("previous",))).rows() if ids else []
    return {row["by"]["account_id"]: row["compare"]["previous"].get("changed", {}) for row in rows}


def measured(kpi: Kpi) -> list[str]:
    """The measures that the formula names."""
    return [name for name in names(kpi.formula) if name in kpi.measures]


Total = tuple[KpiSeries, int, int]  # the figures, and where in them the total of a period stands


def _bounds(before: Total, now: Total) -> tuple[float | None, float | None]:
    return change_bounds(
        *(Bounded(one.value[at, p], one.lower[at, p], one.upper[at, p]) for one, at, p in (before, now))
    )


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
