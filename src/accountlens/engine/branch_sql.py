"""A branch as SQL: rows met with the calendar, grouped at every level shown. Totals are grouping sets, never sums."""

from __future__ import annotations

from datetime import datetime

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.checks import PERIOD_COLUMNS
from accountlens.engine.aggregates import STRETCH_END
from accountlens.engine.dimensions import Joins
from accountlens.engine.moments import EARLIEST, LATEST, in_scope, moment_of
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.where import write_where
from accountlens.language.calendar import BEGINNING, Clock, Slice
from accountlens.language.measures import Across, At, During, TimeRole, Trailing
from accountlens.warehouses.expand import literal


def calendar_sql(branch: Branch, plan: Plan, clock: Clock) -> str:
    """The branch's periods as a table: bounds `lo` and `hi`, and what expressions may name."""
    rows = []
    for index, piece in enumerate(plan.slices):
        instants = (*span_of(branch.time, piece, clock), piece.start, piece.end, piece.as_of, piece.horizon)
        rows.append(f"({index}, {', '.join(map(literal, instants))})")
    names = ", ".join(["p", "lo", "hi", *PERIOD_COLUMNS])
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({names})"


def span_of(time: TimeRole, piece: Slice, clock: Clock) -> tuple[datetime, datetime]:
    """From when to when a period looks at its rows."""
    match time:
        case Trailing(_, window):
            return clock.back(piece.as_of, window), piece.as_of
        case Across(window=window) if window is not None:
            return clock.back(piece.as_of, window), piece.as_of
        case During(read="opening"):
            return piece.start, piece.start
        case _:
            return piece.start, piece.as_of


def bounds_sql(time: TimeRole, plan: Plan, clock: Clock) -> str | None:
    """The span of time outside which no row of a fact can matter."""
    if not isinstance(time, At | Trailing):
        return None
    spans = [span_of(time, piece, clock) for piece in plan.slices]
    return between_sql(f'"{time.column}"', min(lo for lo, _ in spans), max(hi for _, hi in spans))


def between_sql(column: str, low: datetime, high: datetime) -> str:
    lower = f"{column} >= {literal(low)} AND " if low > BEGINNING else ""
    return f"{lower}{column} < {literal(high)}"


def days_sql(calendar: str, low: str, high: str) -> str:
    """A calendar by the days it touches, so that rows find their periods by an equality."""
    return (
        f"SELECT c.*, d.day FROM {calendar} c\n"
        f"JOIN calendar_days d ON d.day >= CAST(c.{low} AS DATE) AND d.day <= CAST(c.{high} AS DATE)"
    )


def branch_sql(branch: Branch, plan: Plan, catalog: Catalog, source: str, calendar: str) -> str:
    """The SELECT of a branch: one row per period, level and group."""
    rows = _rows(branch, plan, catalog, source, calendar)
    dims = [f"d{index}" for index in range(len(branch.dimensions))]
    level = f"GROUPING({', '.join(dims)})" if dims else "0"
    shown = [f"COALESCE({dim}, '') AS {dim}" for dim in dims]
    items = [f"{item.sql} AS {item.column}" for item in branch.items]
    matter = [f"({' OR '.join(f'({text})' for text in branch.any_of)})"] if branch.any_of else []
    if branch.per is None:
        where = f"\nWHERE {matter[0]}" if matter else ""
        columns = ", ".join(["p", f"{level} AS level", *shown, *items])
        return f"SELECT {columns}\nFROM ({rows}) r{where}\nGROUP BY {_sets(['p'], dims, plan)}"
    each = [f"{item.sql} AS {item.column}" for item in branch.each]
    inner = ", ".join(["p", f"{level} AS level", *shown, *each])
    where = " AND ".join([f'"{branch.per}" IS NOT NULL', *matter])
    keyed = f"SELECT {inner}\nFROM ({rows}) r\nWHERE {where}\nGROUP BY {_sets(['p', branch.per], dims, plan)}"
    outer = ", ".join(["p", "level", *dims])
    return f"SELECT {', '.join([outer, *items])}\nFROM ({keyed}) k\nGROUP BY {outer}"


def _sets(keys: list[str], dims: list[str], plan: Plan) -> str:
    if not dims:
        return ", ".join(keys)
    sets = [", ".join([*keys, *(dims[index] for index in level)]) for level in plan.levels]
    return "GROUPING SETS (" + ", ".join(f"({item})" for item in sets) + ")" if len(sets) > 1 else sets[0]


def _rows(branch: Branch, plan: Plan, catalog: Catalog, source: str, calendar: str) -> str:
    """Rows that matter, each beside each period it meets, with its dimensions."""
    moment = moment_of(branch.time)
    joins = Joins(catalog, moment, plan.history)
    shown = [f"{joins.shown(dimension)} AS d{index}" for index, dimension in enumerate(branch.dimensions)]
    conditions = []
    if plan.where:
        values = {item.asked: joins.compared(item) for item in branch.filters}
        conditions.append(write_where(plan.where, lambda name: values[name]))
    if scope := in_scope(plan.query.scope, branch.membership, moment):
        conditions.append(scope)
    meets, flags = _meets(branch, single=len(plan.slices) == 1)
    texts = " ".join([*(item.sql for item in (*branch.items, *branch.each)), *branch.any_of])
    period = [f"c.{name}" for name in (*PERIOD_COLUMNS, STRETCH_END) if name in texts]
    columns = ", ".join(["c.p", *(f'f."{column}"' for column in branch.columns), *period, *flags, *shown])
    where = f"\nWHERE {' AND '.join(f'({text})' for text in conditions)}" if conditions else ""
    joined = "".join(f"\n{text}" for text in joins.texts.values())
    return f"SELECT {columns}\nFROM {source} f\nJOIN {calendar} c ON {meets}{joined}{where}"


def uses_days(branch: Branch, plan: Plan) -> bool:
    """Whether rows find their periods through the day they fall on: an equality, where a range would be slow."""
    bounded = isinstance(branch.time, At) or (isinstance(branch.time, Trailing) and branch.time.window.unit != "ever")
    return bounded and len(plan.slices) > 1 and not branch.rollup


def _meets(branch: Branch, single: bool) -> tuple[str, list[str]]:
    """How a row meets a period, and the columns that say so."""
    if branch.rollup:
        return "f.stretch = c.stretch", []
    match branch.time:
        case At(column) | Trailing(column):
            t = f'f."{column}"'
            bounds = f"{t} >= c.lo AND {t} < c.hi"
            by_day = not single and not (isinstance(branch.time, Trailing) and branch.time.window.unit == "ever")
            return (f"CAST({t} AS DATE) = c.day AND {bounds}" if by_day else bounds), []
        case During(start, end, _, boundary):
            return live_sql(start, end, "c.hi", boundary), []
        case Across(start, end, _, boundary):
            opening, closing = live_sql(start, end, "c.lo", boundary), live_sql(start, end, "c.hi", boundary)
            flags = [f"({opening}) AS opening", f"({closing}) AS closing"]
            return f"{_overlaps(start, end)} AND (({opening}) OR ({closing}))", flags


def live_sql(start: str, end: str, instant: str, boundary: str) -> str:
    """Rule G2: just before the instant, `from < x <= to`; at the boundary, `from <= x < to`."""
    first, last = f'COALESCE(f."{start}", {EARLIEST})', f'COALESCE(f."{end}", {LATEST})'
    if boundary == "at":
        return f"{first} <= {instant} AND {last} > {instant}"
    return f"{first} < {instant} AND {last} >= {instant}"


def _overlaps(start: str, end: str) -> str:
    return f'COALESCE(f."{start}", {EARLIEST}) <= c.hi AND COALESCE(f."{end}", {LATEST}) >= c.lo'
