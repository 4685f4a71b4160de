"""The questions whose figures are kept: every KPI that splits so, in the latest periods and those set beside them."""

from __future__ import annotations

from collections.abc import Iterable

from accountlens.catalog.settings import Figures
from accountlens.engine.plan import Plan
from accountlens.engine.planner import Ground, make_plan
from accountlens.engine.session import Session
from accountlens.engine.timeline import Timeline
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.calendar import Clock, Slice
from accountlens.language.periods import Period, floor_to, label, parse_range, step
from accountlens.language.query import Query
from accountlens.warehouses.faults import WarehouseError

ACCOUNTS = "account_id"
SHIFTS = ("previous", "previous_year")
NEWEST = 2  # periods of a grain that are also set beside earlier ones: the one that runs, and the last whole one


def kept_kpis(ground: Ground, session: Session, by: str) -> tuple[Asked, ...]:
    """Every KPI that splits by a dimension, and whose facts can be computed."""
    return tuple(Asked(name) for name in sorted(ground.catalog.kpis) if _splits(ground, session, name, by))


def kept_plan(ground: Ground, kpis: tuple[Asked, ...], by: str, timeline: Timeline, where: str | None = None) -> Plan:
    """The plan of KPIs by a dimension, in all spans that are kept; with totals, but for accounts."""
    totals = "none" if by == ACCOUNTS else "grand"
    query = Query(kpis, by=(by,), grain="month", where=where, totals=totals)  # type: ignore[arg-type]
    return make_plan(query, ground, timeline=timeline)


def _splits(ground: Ground, session: Session, kpi: str, by: str) -> bool:
    try:
        plan = make_plan(Query((Asked(kpi),), by=(by,), period="last-month"), ground)
        for use in plan.uses:
            session.ensure(use)
    except WarehouseError:
        raise  # a server that is gone is no reason to keep less
    except AccountlensError:
        return False
    return True


def kept_timeline(ground: Ground, kept: Figures, kpis: Iterable[Asked]) -> Timeline:
    """The spans of every grain and those the newest are compared with; after them those that only lend measures."""
    clock = ground.clock
    others = [parse_range(text, clock.today, ground.fiscal_starts) for text in kept.also]
    runs = [latest(clock, grain, count) for grain, count in kept.periods]
    asked: dict[Slice, None] = {}
    for run in [*runs, *([Period(one.start, one.end, one.text)] for one in others)]:
        pieces = [clock.slice(period) for period in run]
        asked |= dict.fromkeys(pieces)
        asked |= {clock.before(piece, shift): None for piece in pieces[-NEWEST:] for shift in SHIFTS}
    resolved = map(ground.catalog.kpi, kpis)
    lent = dict.fromkeys(m.shift for kpi in resolved for m in kpi.measures.values() if m.shift)
    slices = asked | {clock.before(piece, shift): None for shift in lent for piece in asked}
    places = {piece: index for index, piece in enumerate(slices)}
    partners: dict[str, tuple[int | None, ...]] = {
        shift: tuple(places.get(clock.before(piece, shift)) if piece in asked else None for piece in slices)
        for shift in lent
    }
    return Timeline(tuple(slices), len(asked), tuple(range(len(asked))), partners)


def latest(clock: Clock, grain: str, count: int) -> list[Period]:
    """The newest so many periods of a grain that have begun, and the one that runs besides; the oldest first."""
    running = floor_to(clock.today, grain)
    if clock.midnight(running) >= clock.as_of:
        running = step(running, grain, -1)
    starts = (step(running, grain, -back) for back in range(count, -1, -1))
    return [Period(start, step(start, grain), label(start, grain)) for start in starts]
