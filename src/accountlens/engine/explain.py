"""Why a number is what it is: the formula with its numbers, the rows that count, and those that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from accountlens.catalog.definition import KpiDefinition
from accountlens.engine.answer import Answer
from accountlens.engine.changes import Change, change_of
from accountlens.engine.exports import Row
from accountlens.engine.ground import Ground
from accountlens.engine.plan import Plan
from accountlens.engine.run import Backdrop, ask, make_readable, prepare
from accountlens.engine.session import Session
from accountlens.engine.timeline import SHIFT_OF
from accountlens.engine.tracing import Groups, Tracer, bind_words, grouped
from accountlens.engine.tracing import RowSet as RowSet
from accountlens.errors import AccountlensError, suggest
from accountlens.language.formula import Name, show
from accountlens.language.measures import Across, At, During, Measure, Trailing
from accountlens.language.query import EARLIER, TARGET, Query

WHICH = ("counted", "left_out", "kept", "not_kept", "outside")


@dataclass(frozen=True)
class RowPage:
    """Some rows behind a number; `more`: whether others follow."""

    measure: str
    fact: str
    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    more: bool


@dataclass(frozen=True)
class MeasureTrace:
    """One measure: what it takes, what it found, and which rows of its fact were left out and why."""

    name: str
    sentence: str
    value: float | None
    included: RowSet
    excluded: Sequence[RowSet]
    keys: Sequence[RowSet] = ()  # of a two-stage measure: the accounts (people, deals…) kept, and those not


@dataclass(frozen=True)
class Explanation:
    """`answer` is the number itself; `traces` follow it back to rows."""

    definition: KpiDefinition
    options: Mapping[str, Any]
    period: str
    row: Row
    formula_text: str
    formula_numbers: str
    traces: Sequence[MeasureTrace]
    sql: str
    answer: Answer = field(repr=False)
    change: Change | None = None  # since the time compared with, where the KPI declares its components


def explain(query: Query, ground: Ground, session: Session, backdrop: Backdrop) -> Explanation:
    """Explain one KPI over one period, taken as a whole, and what changed since the first time it is compared with."""
    if TARGET in query.compare:
        mend = f"Compare with {' or '.join(EARLIER)}; 'accountlens ask' compares with targets."
        raise AccountlensError("An explanation tells what changed since, and a target is no time.", mend=mend)
    query = replace(query, kpis=query.kpis[:1], by=(), grain="total", compare=query.earlier[:1])
    answer = ask(query, ground, session, backdrop)
    make_readable(answer.plan, session)  # figures may have stood ready without the rows of the model behind them
    row, planned = answer.rows()[0], answer.plan.kpis[0]
    kpi = planned.kpi
    lacks = {name: ground.untold.of(measure, kpi.options) for name, measure in kpi.measures.items()}
    tracers = {
        name: Tracer(measure, kpi, answer.plan, ground, session)
        for name, measure in kpi.measures.items()
        if not lacks[name]
    }
    groups = dict(zip(tracers, grouped(list(tracers.values())), strict=True))
    told = {name: bind_words(sentence(measure), kpi) for name, measure in kpi.measures.items()}
    traces = [
        _untold(name, told[name], lacks[name])
        if lacks[name]
        else _trace(name, told[name], tracers[name], groups[name], row["parts"].get(name))
        for name in kpi.measures
    ]
    return Explanation(
        definition=ground.catalog.kpis[kpi.name],
        options=kpi.options,
        period=row["period"],
        row=row,
        formula_text=show(kpi.formula),
        formula_numbers=in_numbers(answer, ground),
        traces=traces,
        sql=answer.sql,
        answer=answer,
        change=_change(row, answer.plan),
    )


def in_numbers(answer: Answer, ground: Ground) -> str:
    """The formula of an answer's first KPI, with the figures of its first row in it."""
    row, planned = answer.rows()[0], answer.plan.kpis[0]
    return show(planned.kpi.formula, lambda name: _figure(name, row, answer.plan, ground))


def rows_of(
    query: Query,
    ground: Ground,
    session: Session,
    measure: str | None,
    which: str,
    reason: str,
    offset: int,
    limit: int,
) -> RowPage:
    """Rows behind a KPI of one period: of one of its measures (else the first), those that count or those that do not.

    Args:
        which: `counted`; `left_out`, for a `reason` that `explain` tells; of a measure in two stages the keys `kept`
            and `not_kept`; `outside`: rows of the entity that the fact itself leaves out.
    """
    if TARGET in query.compare:
        mend = f"Compare with {' or '.join(EARLIER)}; 'accountlens ask' compares with targets."
        raise AccountlensError("An explanation tells what changed since, and a target is no time.", mend=mend)
    query = replace(query, kpis=query.kpis[:1], by=(), grain="total", compare=())
    plan, _ = prepare(query, ground, session)
    kpi = plan.kpis[0].kpi
    name = measure or next(iter(kpi.measures))
    if name not in kpi.measures:
        known = ", ".join(kpi.measures)
        raise AccountlensError(f"{kpi.name} has no measure '{name}' ({known}).", mend=suggest(name, kpi.measures))
    fact = kpi.measures[name].fact
    if ground.untold.of(kpi.measures[name], kpi.options):
        return RowPage(name, fact, (), (), more=False)
    sql = _statement(Tracer(kpi.measures[name], kpi, plan, ground, session), which, reason)
    found = session.fetch(f"{sql} LIMIT {limit + 1} OFFSET {offset}")
    columns = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    return RowPage(name, fact, columns, rows[:limit], more=len(rows) > limit)


def _statement(tracer: Tracer, which: str, reason: str) -> str:
    match which:
        case "counted":
            return tracer.select("")
        case "left_out" if reason:
            return tracer.select(reason)
        case "kept" | "not_kept":
            return tracer.select_keys(which == "kept")
        case "outside":
            return tracer.select_outside()
        case "left_out":
            raise AccountlensError("Which rows that were left out?", mend="Name one of the reasons that explain tells.")
    raise AccountlensError(f"'{which}' are no rows ({', '.join(WHICH)}).", mend=suggest(which, WHICH))


def _change(row: Row, plan: Plan) -> Change | None:
    """What changed since the time compared with, where the question compares."""
    if not plan.query.earlier:
        return None
    word = plan.query.earlier[0]
    place = plan.partners[SHIFT_OF[word]][0]
    assert place is not None  # every asked period has a partner
    base = plan.slices[place].period
    told = {"previous": "the period before", "year-ago": "the year before"}[word]
    return change_of(row, word, f"{told} ({base.start} to {base.end - timedelta(days=1)})")


def _figure(name: Name, row: Row, plan: Plan, ground: Ground) -> str:
    piece = plan.slices[0]
    words = {
        "days": (ground.clock.local(piece.as_of) - ground.clock.local(piece.start)).total_seconds() / 86400,
        "days_observed": (piece.horizon - piece.end).total_seconds() / 86400,
    }
    value = row["parts"].get(name.name, words.get(name.name))
    return "unknown" if value is None else f"{value:,.10g}"


def sentence(measure: Measure) -> str:
    """A measure in words: `sum of amount over opportunities closed in the period, where status = 'won'`."""
    what = measure.expression if measure.expression != "rows" else ("kept keys" if measure.per else "rows")
    match measure.time:
        case At(column):
            when = f"with {column} in the period"
        case Trailing(column, window):
            spans = {"period": "in the period", "ever": "before the period's end"}
            span = spans.get(window.unit, f"in the {window} before the period's end")
            when = f"with {column} {span}"
        case During(start, end, read):
            when = f"true at the {read} ({start} to {end})"
        case Across(start, end, window):
            opening = f"{window} before the closing" if window else "the opening"
            when = f"true at {opening} or at the closing ({start} to {end})"
    words = {"count": "number of", "distinct": "number of different", "p90": "90th percentile of"}
    text = f"{words.get(measure.function, f'{measure.function} of')} {what} in {measure.fact}, {when}"
    if measure.where:
        text += f", where {measure.where}"
    if measure.per:
        each = ", ".join(f"{name} = {sql}" for name, sql in measure.per.each.items())
        key = f"duration ({measure.per.lasted})" if measure.per.lasted else measure.per.key
        text += f"; first for each {key}: {each}"
        text += f", keeping {measure.per.keep}" if measure.per.keep else ""
    return text + (f" (of the period {measure.shift.replace('_', ' ')})" if measure.shift else "")


def _untold(name: str, told: str, lacks: Sequence[Sequence[str]]) -> MeasureTrace:
    why = [RowSet(_nothing_tells(some), 0, (), ()) for some in lacks]
    return MeasureTrace(name, told, None, RowSet("", 0, (), ()), why)


def _trace(name: str, told: str, tracer: Tracer, groups: Groups, value: float | None) -> MeasureTrace:
    included = groups.pop("", RowSet("", 0, (), ()))
    excluded = sorted(groups.values(), key=lambda found: -found.count)
    return MeasureTrace(name, told, value, included, [*excluded, *tracer.not_in_fact()], tracer.keys())


def _nothing_tells(needs: Sequence[str]) -> str:
    """Entities any of which would do, or a column."""
    entity, _, column = needs[0].partition(".")
    return f"no row of {entity} tells its {column}" if column else f"there is no source for {' or '.join(needs)}"
