"""A branch as SQL: rows met with the calendar, grouped at every level shown. Totals are grouping sets, never sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from accountlens.catalog.catalog import Catalog
from accountlens.engine.aggregates import conditioned
from accountlens.engine.cuts import STRETCH_END, Bounds, Cut, edge_of, span_of
from accountlens.engine.dimensions import Joins
from accountlens.engine.earlier import earlier_instants
from accountlens.engine.moments import EARLIEST, LATEST, in_scope, moment_of
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.rollups import Rollup
from accountlens.engine.where import write_where
from accountlens.language.calendar import BEGINNING, Clock, Slice
from accountlens.language.measures import EARLIER_COLUMNS, PERIOD_COLUMNS, Across, At, During, Trailing
from accountlens.warehouses.expand import literal, quoted

BOUNDS = ("lo", "hi")
CALENDAR = "its_calendar"  # what a branch's SQL calls its periods


def period_columns(branch: Branch) -> list[str]:
    """What a branch's expressions may say about their period."""
    return [name for name in PERIOD_COLUMNS if branch.earlier or name not in EARLIER_COLUMNS]


def said_in(sql: str) -> list[str]:
    """What a branch's SQL says of its periods."""
    return [name for name in (*BOUNDS, *PERIOD_COLUMNS) if f"c.{name}" in sql]


def calendar_sql(branch: Branch, plan: Plan, clock: Clock, cut: Cut | None, said: Sequence[str]) -> str:
    """The branch's periods with what is `said` of them, their bounds `lo` and `hi` too; with a row for each stretch.

    Instants are written as text and read once for all rows: every literal of its own costs planning.
    """
    pieces = [plan.slices[index] for index in branch.periods]
    told = [told_of(branch, piece, clock) for piece in pieces]
    if cut is None:
        return _instants(said, [(p, [of[name] for name in said]) for p, of in zip(branch.periods, told, strict=True)])
    spans = [span_of(branch.time, piece, clock) for piece in pieces]
    ends = [[end for end in sorted(cut.used) if lo < end <= hi] for lo, hi in spans]
    if sum(map(len, ends)) <= 2 * len(ends):
        met = zip(branch.periods, told, ends, strict=True)
        rows = [(p, [end, *(of[name] for name in said)]) for p, of, found in met for end in found]
        return _instants([STRETCH_END, *said], rows)
    names = list(dict.fromkeys([*BOUNDS, *said]))
    periods = _instants(names, [(p, [of[name] for name in names]) for p, of in zip(branch.periods, told, strict=True)])
    stretches = _instants([STRETCH_END], [(number, [end]) for number, end in enumerate(sorted(cut.used))])
    listed = ", ".join(["v.p", *(f"v.{name}" for name in said), f"s.{STRETCH_END}"])
    within = f"s.{STRETCH_END} > v.lo AND s.{STRETCH_END} <= v.hi"
    return f"SELECT {listed}\nFROM ({periods}) v\nJOIN ({stretches}) s ON {within}"


def told_of(branch: Branch, piece: Slice, clock: Clock) -> Mapping[str, datetime | None]:
    """All that can be said of a period."""
    earlier = earlier_instants(branch.earlier, piece, clock) if branch.earlier else ()
    own = dict(zip(PERIOD_COLUMNS, (piece.start, piece.end, piece.as_of, piece.horizon, *earlier), strict=False))
    lo, hi = span_of(branch.time, piece, clock)
    return {"lo": lo, "hi": hi, **own}


def _instants(names: Sequence[str], rows: Sequence[tuple[int, Sequence[datetime | None]]]) -> str:
    """Numbered rows of instants, as a SELECT of `p` and these names. No rows: one that meets nothing."""
    listed = [
        f"({p}, {', '.join(map(literal, map(_text, instants)))})"
        for p, instants in rows or [(0, [BEGINNING] * len(names))]
    ]
    read = ", ".join(["p", *(f"CAST({name} AS TIMESTAMP) AS {name}" for name in names)])
    return f"SELECT {read} FROM (VALUES {', '.join(listed)}) AS v({', '.join(['p', *names])})"


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat(sep=" ") if instant else None


def branch_sql(branch: Branch, plan: Plan, catalog: Catalog, source: str, cut: Cut | None) -> str:
    """The SELECT of a branch: one row per period, level and group."""
    rows = _rows(branch, plan, catalog, source, cut)
    dims = [f"d{index}" for index in range(len(branch.dimensions))]
    level = f"GROUPING({', '.join(dims)})" if len(plan.levels) > 1 else "0"  # one alone is that of all dimensions
    shown = [f"COALESCE({dim}, '') AS {dim}" for dim in dims]
    items = [f"{conditioned(item.sql)} AS {item.column}" for item in branch.items]
    matter = [f"({' OR '.join(f'({text})' for text in branch.any_of)})"] if branch.any_of else []
    if branch.per is None:
        where = f"\nWHERE {matter[0]}" if matter else ""
        columns = ", ".join(["p", f"{level} AS level", *shown, *items])
        return f"SELECT {columns}\nFROM ({rows}) r{where}\nGROUP BY {_sets(['p'], dims, plan)}"
    if branch.lasted:
        rows = f"SELECT r.*, {branch.lasted} AS {branch.per}\nFROM ({rows}) r"
    each = [f"{conditioned(item.sql)} AS {item.column}" for item in branch.each]
    durations = [branch.per] if branch.lasted else []
    inner = ", ".join(["p", f"{level} AS level", *shown, *durations, *each])
    where = " AND ".join([*([] if branch.keyless else [f'"{branch.per}" IS NOT NULL']), *matter])
    keyed = f"SELECT {inner}\nFROM ({rows}) r\nWHERE {where}\nGROUP BY {_sets(['p', branch.per], dims, plan)}"
    outer = ", ".join(["p", "level", *dims])
    if branch.lasted:
        keyed = _curve_sql(branch, keyed, outer)
    return f"SELECT {', '.join([outer, *items])}\nFROM ({keyed}) k\nGROUP BY {outer}"


def rollup_sql(rollup: Rollup, source: str, main: Cut | None, bounds: Bounds) -> str:
    """The SELECT of a rollup: one row per stretch of time and value of its keys. Its rows are within the bounds."""
    edges = [edge_of(name) for name in rollup.edges if name != rollup.main]
    told = {name: f"key_{name}" if name in rollup.of_some else quoted(name) for name in (*rollup.keys, *edges)}
    keys = [*([STRETCH_END] if main else []), *told.values()]
    listed = [
        *keys[: 1 if main else 0],
        *(key if name not in rollup.of_some else f"{key} AS {quoted(name)}" for name, key in told.items()),
    ]
    columns = ", ".join([*listed, *(f"{conditioned(part.sql)} AS {part.column}" for part in rollup.parts)])
    where = f"\nWHERE {' OR '.join(f'({text})' for text in rollup.any_of)}" if rollup.any_of else ""
    read, met = [f"f.{quoted(name)}" for name in (*rollup.columns, *edges)], ""
    read += [f"CASE WHEN {rows} THEN f.{quoted(name)} END AS key_{name}" for name, rows in rollup.of_some.items()]
    if main:
        read.append(f"f.{main.name} AS {STRETCH_END}")
        if not (main.gapless and bounds.within(main)):
            met = f"\nWHERE f.{main.name} IS NOT NULL"
    rows = f"SELECT {', '.join(read)}\nFROM {source} f{met}"
    return f"SELECT {columns}\nFROM ({rows}) r{where}\nGROUP BY {', '.join(keys)}"


def _curve_sql(branch: Branch, keyed: str, groups: str) -> str:
    """The Kaplan-Meier curve over durations, each with who left and who ended: product of 1 - ended / at risk."""
    left, ended = (item.column for item in branch.each[:2])
    over = f"OVER (PARTITION BY {groups} ORDER BY {branch.per}"
    risky = f"SELECT k.*, SUM({left}) {over} DESC) AS at_risk\nFROM ({keyed}) k"
    share = f"LN(1 - CAST({ended} AS DOUBLE) / at_risk)"
    product = f"EXP(SUM(CASE WHEN {ended} < at_risk THEN {share} END) {over}))"
    return f"SELECT c.*, CASE WHEN {ended} < at_risk THEN {product} ELSE 0e0 END AS survival\nFROM ({risky}) c"


def _sets(keys: list[str], dims: list[str], plan: Plan) -> str:
    if not dims:
        return ", ".join(keys)
    sets = [", ".join([*keys, *(dims[index] for index in level)]) for level in plan.levels]
    return "GROUPING SETS (" + ", ".join(f"({item})" for item in sets) + ")" if len(sets) > 1 else sets[0]


def _rows(branch: Branch, plan: Plan, catalog: Catalog, source: str, cut: Cut | None) -> str:
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
    meets, flags = meets_sql(branch, cut)
    texts = " ".join([*(item.sql for item in (*branch.items, *branch.each)), *branch.any_of, branch.lasted or ""])
    period = [f"c.{name}" for name in (*PERIOD_COLUMNS, STRETCH_END) if name in texts]
    columns = ", ".join(["c.p", *(f'f."{column}"' for column in branch.columns), *period, *flags, *shown])
    where = f"\nWHERE {' AND '.join(f'({text})' for text in conditions)}" if conditions else ""
    joined = "".join(f"\n{text}" for text in joins.texts.values())
    return f"SELECT {columns}\nFROM {source} f\nJOIN {CALENDAR} c ON {meets}{joined}{where}"


def meets_sql(branch: Branch, cut: Cut | None) -> tuple[str, list[str]]:
    """How a row meets a period, and the columns that say so."""
    match branch.time:
        case At(column) | Trailing(column):
            if cut is not None:
                stretch = STRETCH_END if branch.rollup else cut.name
                return f"f.{stretch} = c.{STRETCH_END}", []
            t = f"f.{quoted(column)}"
            return f"{t} >= c.lo AND {t} < c.hi", []
        case During(start, end) if branch.rollup:
            first, last = (f"f.{quoted(edge_of(name))}" for name in (start, end))
            return f"COALESCE({first}, {EARLIEST}) <= c.hi AND COALESCE({last}, {LATEST}) > c.hi", []
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
