"""Which accounts moved a KPI from one period to the next, and whether the whole moved more than chance would."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from accountlens.engine.answer import Answer
from accountlens.engine.arrays import Array
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Slice
from accountlens.language.formula import names
from accountlens.language.kpi import Kpi, Terms
from accountlens.language.query import Query
from accountlens.pages.needs import Need
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
class _Spans:
    now: Slice
    before: Slice


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
    spans = _Spans(now, here.ground.clock.before(now, "previous"))
    needs = here.kpi_needs([parse_asked(name).name for name in asked or USUAL], "which accounts moved it")
    found = [_moves(here, name, spans, period, where, top) for name in asked or here.can(*USUAL)]
    if not asked:
        found = [one for one in found if one.value is not None or one.before is not None]
    return Moves(now.start, now.as_of, spans.before.start, spans.before.as_of, found, needs)


def _moves(here: Stand, name: str, spans: _Spans, period: str, where: str | None, top: int) -> KpiMoves:
    query = Query((parse_asked(name),), ("account_id",), period, where=where, compare=("previous",))
    now = here.answer(query)
    before = here.answer(_before(here, query, spans))
    kpi = now.plan.kpis[0].kpi
    accounts = sorted({*_accounts(before), *_accounts(now)})
    then, current = (_figures(answer, accounts) for answer in (before, now))
    told = shares(kpi, then, current)
    if not _same(then.value[-1], now.series().kpis[0].compare["previous"].value[_total(now), 0]):
        told = Shares(
            (current.value - then.value)[:-1], "own"
        )  # a part of a period, seen otherwise from where it ended
    order = np.argsort(-told.contribution, kind="stable")
    moved = [place for place in order.tolist() if abs(told.contribution[place]) > 0]  # NaN is neither
    up = [place for place in moved if told.contribution[place] > 0][:top]
    down = [place for place in reversed(moved) if told.contribution[place] < 0][:top]
    change = current.value[-1] - then.value[-1]
    called = names_of(here, "accounts", "account_id", [accounts[place] for place in (*up, *down)])
    changed = _changed(here, query, kpi, [accounts[place] for place in (*up, *down)], accounts, then, current)

    def mover(place: int) -> Mover:
        id, part = accounts[place], float(told.contribution[place])
        share = float(part / change) if told.exact and change else None
        value, earlier = _known(current.value[place]), _known(then.value[place])
        return Mover(id, called.get(id, id), value, earlier, part, share, changed.get(id, {}))

    rest = change - sum(told.contribution[place] for place in (*up, *down)) if told.exact else None
    lower, upper = _bounds(before, now)
    definition = here.ground.catalog.definition(kpi.name)
    return KpiMoves(
        kpi=name,
        label=definition.label,
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


def _before(here: Stand, query: Query, spans: _Spans) -> Query:
    """The same question of the period before; of as much of it as has gone of the present one."""
    days = f"{spans.before.period.start}..{spans.before.period.end - timedelta(days=1)}"
    as_of = spans.before.as_of if spans.before.partial else query.as_of
    return replace(query, period=days, compare=(), as_of=as_of)


def _total(answer: Answer) -> int:
    """Where the total stands among the groups."""
    return int(np.flatnonzero(answer.frame.level == 1)[0])


def _accounts(answer: Answer) -> list[str]:
    found: list[str] = answer.frame.dims[0].shown()[answer.frame.level == 0].tolist()
    return found


def _figures(answer: Answer, accounts: Sequence[str]) -> Figures:
    """The figures of these accounts in their order, the total after them."""
    series, place = answer.series().kpis[0], {id: number for number, id in enumerate(accounts)}
    mine = np.array([place[id] for id in _accounts(answer)], np.int64)
    groups = np.flatnonzero(answer.frame.level == 0)

    def put(figure: Array) -> Array:
        found: Array = np.full(len(accounts) + 1, np.nan)
        found[mine], found[-1] = figure[groups, 0], figure[_total(answer), 0]
        return found

    return Figures(put(series.value), put(series.n), {name: put(part) for name, part in series.parts.items()})


def _changed(
    here: Stand, query: Query, kpi: Kpi, ids: Sequence[str], accounts: Sequence[str], then: Figures, now: Figures
) -> dict[str, Mapping[str, float]]:
    """What the changes of these accounts are made of: the KPI's components, else the measures of its formula."""
    if not ids:
        return {}
    if kpi.components is None:
        place = {id: number for number, id in enumerate(accounts)}
        parts = {name: np.nan_to_num(now.parts[name]) - np.nan_to_num(then.parts[name]) for name in measured(kpi)}
        return {id: {name: float(part[place[id]]) for name, part in parts.items()} for id in ids}
    mine = f"account_id IN {literal(list(ids))}"
    closer = replace(query, where=f"({query.where}) AND {mine}" if query.where else mine, totals="none")
    gone = isinstance(kpi.components, Terms)  # of groups it is told only where an account still is
    rows = here.answer(closer, gone).rows()
    return {row["by"]["account_id"]: row["compare"]["previous"].get("changed", {}) for row in rows}


def measured(kpi: Kpi) -> list[str]:
    """The measures that the formula names."""
    return [name for name in names(kpi.formula) if name in kpi.measures]


def _bounds(before: Answer, now: Answer) -> tuple[float | None, float | None]:
    """The interval of a difference from those of its two sides (Newcombe's method 10); of the same level as they."""
    sides = [(one.series().kpis[0], _total(one)) for one in (before, now)]
    (v0, l0, u0), (v1, l1, u1) = ((one.value[at, 0], one.lower[at, 0], one.upper[at, 0]) for one, at in sides)
    change = v1 - v0
    lower, upper = change - math.hypot(v1 - l1, u0 - v0), change + math.hypot(u1 - v1, v0 - l0)
    return _known(lower), _known(upper)


def _same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
