"""Asking: plan, make the facts readable, run the one statement, and dress the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

import duckdb

from accountlens.engine.answer import Answer
from accountlens.engine.components import Apart
from accountlens.engine.ground import Ground
from accountlens.engine.halves import Supply, supply
from accountlens.engine.plan import Plan, found_name
from accountlens.engine.records import Records
from accountlens.engine.script import Script
from accountlens.engine.session import Session
from accountlens.engine.timeline import SHIFT_OF
from accountlens.errors import AccountlensError, RowsElsewhereError
from accountlens.language.kpi import Split
from accountlens.language.measures import At, Trailing
from accountlens.language.query import Query
from accountlens.warehouses.expand import literal

if TYPE_CHECKING:  # a small answer needs no arrays
    from accountlens.engine.frame import Frame

STALE_DAYS = 45  # the data ending this long before "now" is worth a word


@dataclass(frozen=True)
class Backdrop:
    """What an answer says about where it comes from."""

    snapshot: str
    currency: str
    latest: datetime | None = None  # the latest instant anything is known of
    fresh_as_of: datetime | None = None  # up to when every source was read; None: unknown
    unread: tuple[str, ...] = ()  # a word on each source that could not be read

    def stale(self, as_of: datetime) -> str | None:
        """A word on data that end long before the time they are asked about."""
        if self.latest is None or as_of - self.latest <= timedelta(days=STALE_DAYS):
            return None
        present = f"{self.latest + timedelta(days=1):%Y-%m-%d}"
        ends = f"The data ends on {self.latest:%Y-%m-%d}"
        return f"{ends}: 'accountlens refresh --as-of {present}' makes that day the present."


def prepare(
    query: Query, ground: Ground, session: Session, gone: bool = False, *, fit: bool = True
) -> tuple[Plan, Script]:
    """The plan, its facts readable, and its SQL with macros written out; planned once for questions of one shape.

    Without `fit` what a model makes of each period asked is not readable yet: that is dear, and may stand ready.
    """

    def make(shape: Query) -> tuple[Plan, Script]:
        from accountlens.engine.planner import make_plan
        from accountlens.engine.sql import plan_sql

        plan = replace(make_plan(shape, ground), gone=gone)
        return plan, plan_sql(plan, ground.catalog, ground.clock).map(session.written, session.keeps)

    return session.shapes.prepare(query, ground, gone, make, lambda plan: make_readable(plan, session, fit=fit))


def make_readable(plan: Plan, session: Session, *, fit: bool = True) -> None:
    """Every table that a plan's SQL names; those that a model is fitted for only where that is wanted."""
    if plan.query.scope == "customers":
        session.ensure_fact("customer_spans")
    elif plan.query.scope != "all":
        session.table("account_list_members")
    for use in plan.uses:
        if use.over and not fit:
            session.check(use)
        else:
            session.ensure(use)
    for branch in plan.branches:
        for dimension in (*branch.dimensions, *branch.filters):
            for entity in (
                *(entity for _, entity in dimension.hops),
                *(["accounts"] if dimension.hops else []),
            ):
                session.table(entity)
    if plan.history:
        session.table("account_attributes")


def ask(query: Query, ground: Ground, session: Session, backdrop: Backdrop, gone: bool = False) -> Answer:
    """Answer a question; with groups `gone` since a time compared with. `AccountlensError` where it cannot be asked."""
    plan, script = prepare(query, ground, session, gone, fit=False)
    try:
        had = supply(plan, script, ground, session)
        for use in plan.uses:
            if use.over and found_name(use) not in had.names:
                session.ensure(use)
        found = run(plan, had, session)
    except duckdb.ConversionException as error:
        told = str(error).splitlines()[0]
        raise AccountlensError(f"The question compares values of different kinds: {told}") from error
    return Answer(
        plan=plan,
        snapshot=backdrop.snapshot,
        currency=backdrop.currency,
        as_of=ground.clock.as_of,
        fresh_as_of=backdrop.fresh_as_of,
        script=script,
        found=found,
        labels=dict(_labels(plan, ground, session)),
        notes=_notes(plan, ground, backdrop),
        beside={
            name: ask(replace(query, profile=name, compare=()), ground, session, backdrop) for name in query.profiles
        },
        definitions=[ground.catalog.kpis[asked.name] for asked in query.kpis],
        ready=had.names,
        ask_apart=lambda: {} if gone else _apart_told(plan, ground, session, backdrop),
    )


def run(plan: Plan, had: Supply, session: Session) -> Frame | Records:
    """What the question finds: groups before totals, in the order of their names, then by period."""
    script = had.script
    if script.wide or any(had.ready):
        from accountlens.engine.sheet import Sheet

        return Sheet(plan, script).frame(session.figures(script, plan.keys[2:], had.ready))
    cursor = session.fetch(script.statement())
    names = [column[0] for column in cursor.description or ()]
    keys = ["level", *(f"d{index}" for index in range(len(plan.query.by))), "p"]
    order = itemgetter(*map(names.index, keys))
    return Records(names, sorted(cursor.fetchall(), key=order), plan.asked)  # SQL would carry all columns along


def _apart_told(plan: Plan, ground: Ground, session: Session, backdrop: Backdrop) -> dict[int, Apart]:
    """What can be told of it: of rows that are not here the change stands, and not what it came from."""
    try:
        return dict(_apart(plan, ground, session, backdrop))
    except RowsElsewhereError:
        return {}


def _apart(plan: Plan, ground: Ground, session: Session, backdrop: Backdrop) -> Iterator[tuple[int, Apart]]:
    """KPIs whose components are groups, asked by these too wherever a change is to be told."""
    query = plan.query
    for index, planned in enumerate(plan.kpis if query.earlier else ()):
        split = planned.kpi.components
        if isinstance(split, Split) and split.column not in query.by:
            closer = replace(query, kpis=(query.kpis[index],), by=(*query.by, split.column), compare=query.earlier)
            totals: Literal["all", "none"] = "none" if query.totals == "none" else "all"
            closer = replace(closer, totals=totals)
            answer = ask(closer, ground, session, backdrop, gone=True)
            before = {word: _only_before(closer, word, answer.plan) for word in query.earlier}
            carried = {word: ask(only, ground, session, backdrop, gone=True) for word, only in before.items() if only}
            yield index, Apart(answer, carried)


def _only_before(query: Query, word: str, plan: Plan) -> Query | None:
    """The question of rows from before the time compared with; None of several periods, or of rows without a time."""
    measures = list(plan.kpis[0].kpi.measures.values())
    base = plan.partners[SHIFT_OF[word]][0]
    column = measures[0].time.column if isinstance(measures[0].time, At | Trailing) else None
    if plan.asked > 1 or base is None or column is None or any(m.fact != measures[0].fact for m in measures):
        return None
    only = f"{column} < {literal(str(plan.slices[base].as_of))}"
    return replace(query, compare=(), where=f"({query.where}) AND {only}" if query.where else only)


def _labels(plan: Plan, ground: Ground, session: Session) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the keys are called that are shown, for every dimension whose values are keys of an entity with a label."""
    for index, name in enumerate(plan.query.by):
        entities = (branch.dimensions[index].entity for branch in plan.branches)
        entity = next((entity for entity in entities if entity), None)
        if entity and ground.catalog.entities[entity].label:
            yield name, session.labels(entity)


def _notes(plan: Plan, ground: Ground, backdrop: Backdrop) -> list[str]:
    notes = [f"{name} means {told}." for name, told in _differing(plan).items()]
    told = dict.fromkeys(name for name in (plan.query.profile, *plan.query.profiles) if name not in (None, "default"))
    notes += [f"profile {name}: {about}" for name in told if (about := ground.catalog.profile(name).about.strip())]
    stale = backdrop.stale(plan.slices[plan.asked - 1].as_of)
    return [*notes, *backdrop.unread, *([stale] if stale else [])]


def _differing(plan: Plan) -> Mapping[str, str]:
    """Dimensions that mean different columns for KPIs side by side."""
    told = {}
    for name in plan.query.by:
        meanings: dict[str, list[str]] = {}
        for kpi, resolved in plan.dimensions.items():
            meanings.setdefault(resolved[name], []).append(kpi)
        if len(meanings) > 1:
            told[name] = ", ".join(f"{meaning} for {', '.join(kpis)}" for meaning, kpis in meanings.items())
    return told
