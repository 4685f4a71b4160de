"""Making figures stand ready: the kept questions asked of a snapshot once, some accounts at a time, and kept.

What the figures of the snapshot before tell already is not asked again (`before`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, starmap
from typing import Any, Protocol

from accountlens.catalog.settings import FILE_NAME, Figures
from accountlens.engine.plan import FOUND
from accountlens.engine.planner import Ground
from accountlens.engine.run import make_readable
from accountlens.engine.session import Session
from accountlens.engine.timeline import Timeline
from accountlens.engine.warehouse_session import WarehouseSession
from accountlens.errors import Problem, suggest
from accountlens.language.asked import Asked
from accountlens.standing.before import Before, Compared, before_of, content
from accountlens.standing.computing import Between, ComputedThere, Computing
from accountlens.standing.differing import Stored
from accountlens.standing.kept_facts import KeptFacts, kept_facts
from accountlens.standing.parts import Part
from accountlens.standing.questions import ACCOUNTS, kept_kpis, kept_plan, kept_timeline
from accountlens.standing.signatures import span_of
from accountlens.store import Store
from accountlens.store.figures import FiguresWriter

MAKERS = ("catalog", "engine", "language", "models", "standing", "store", "warehouses")  # code that figures hang on
AT_ONCE = 10_000  # accounts, whose figures of one fact are in memory together
MEMORY_LIMIT = "1GB"  # of DuckDB; what exceeds it goes to the store's scratch folder


class Progress(Protocol):
    """Told what is being done, how many of its steps are done, and how many there are."""

    def __call__(self, what: str, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Making:
    """What figures are made of: a snapshot's tables, the settings, and by which code."""

    ground: Ground
    session: Session
    kept: Figures
    stored: Stored
    code: str


def keep_figures(
    store: Store,
    making: Making,
    then: Stored | None,
    compared: Compared,
    progress: Progress,
    beside: Collection[str] = (),
) -> list[Problem]:
    """Make the figures of a snapshot and put them beside its tables. What could not be kept.

    Figures of the snapshot `then` are taken over where they are the same. Those of others go, but of the snapshots
    named to be `beside` it: they are still served.
    """
    ground, session = making.ground, making.session
    with store.writing():
        writer = FiguresWriter(store.tmp / "figures")
        session.limit_memory(MEMORY_LIMIT, store.tmp)
        kpis = {by: kept_kpis(ground, session, by) for by in (ACCOUNTS, *making.kept.by)}
        before = before_of(store, then, making.stored, making.code, compared)
        told, made = make_figures(writer, making, kpis, progress, before)
        writer.finish(store.figures / making.stored.snapshot, told, made, beside)
    nothing = [_nothing_by(by, ground) for by, found in kpis.items() if not found and by != ACCOUNTS]
    return nothing + [_not_kept(by, *fact) for by, failed in made["failed"].items() for fact in failed.items()]


def _nothing_by(by: str, ground: Ground) -> Problem:
    what = f"figures.by names '{by}', by which no KPI can be split; nothing is kept by it."
    mend = suggest(by, ground.catalog.facts["accounts"].columns)
    return Problem(FILE_NAME, 0, what, mend, "warning", "figures_by")


def _not_kept(by: str, table: str, why: str) -> Problem:
    what = f"What '{table.removeprefix(FOUND)}' gives by {by} is not kept, so questions about it stay slow: {why}"
    return Problem(FILE_NAME, 0, what, "Keep fewer months if memory lacks.", "warning", "figures_not_kept")


def make_figures(
    writer: FiguresWriter, making: Making, kpis: Mapping[str, tuple[Asked, ...]], progress: Progress, before: Before
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write every kept figure of KPIs by dimension: what they are (`serving` reads it), and how they were made."""
    timeline = kept_timeline(making.ground, making.kept, chain(*kpis.values()))
    edges = _edges(making.session, before)
    wanted = [
        _wanted(making, by, found, timeline, edges if by == ACCOUNTS else (), before)
        for by, found in kpis.items()
        if found
    ]
    steps, done = sum(one.steps for one in wanted), 0
    for one in wanted:
        for _ in one.write(writer):
            done += 1
            progress("figures", done, steps)
    spans = [span_of(piece) for piece in timeline.slices]
    facts = {one.by: one.facts for one in wanted}
    manifest = {one.by: one.facts.manifest(len(one.parts), making.ground.catalog) for one in wanted}
    tables = {name: content(version) for name, version in making.stored.tables.items()}
    made = {"code": making.code, "tables": tables, "edges": edges, "facts": {by: one.made for by, one in facts.items()}}
    made["failed"] = {by: one.failed for by, one in facts.items()}
    return {"spans": spans, "by": manifest}, made


def _wanted(
    making: Making, by: str, kpis: tuple[Asked, ...], timeline: Timeline, edges: tuple[str, ...], before: Before
) -> Wanted:
    """Of accounts that are divided as before, or of another dimension, figures may be taken over."""
    known = before if by != ACCOUNTS or before.edges == edges else Before()
    plan = kept_plan(making.ground, kpis, by, timeline)
    make_readable(plan, making.session)
    facts = kept_facts(by, plan, making.ground, known)
    return Wanted(making, by, kpis, timeline, _between(edges), known, facts)


@dataclass(frozen=True)
class Wanted:
    """The figures of one dimension on their way to its parts."""

    making: Making
    by: str
    kpis: tuple[Asked, ...]
    timeline: Timeline
    parts: Sequence[Between]
    before: Before
    facts: KeptFacts

    @property
    def steps(self) -> int:
        return len(self.facts.facts) * (len(self.parts) + (self._there is not None))

    def write(self, writer: FiguresWriter) -> Iterator[None]:
        """Told after each step."""
        there = self._there
        if there:
            yield from self.facts.compute(there)
        for number, between in enumerate(self.parts):
            part = Part(writer, f"{self.by}/{number}", self.before.part(f"{self.by}/{number}"))
            yield from self.facts.write(part, there.part(between) if there else self._computing(between))
        if there:
            there.drop()

    @cached_property
    def _there(self) -> ComputedThere | None:
        """A warehouse reads all rows for each part: so it computes every part at once."""
        session = self.making.session
        if len(self.parts) == 1 or not isinstance(session, WarehouseSession):
            return None
        return ComputedThere(self._computing(Between()), session)

    def _computing(self, between: Between) -> Computing:
        plan = kept_plan(self.making.ground, self.kpis, self.by, self.timeline, between.condition(self.by))
        return Computing(plan, self.making.ground, self.making.session)


def _edges(session: Session, before: Before) -> tuple[str, ...]:
    """Where the accounts are divided into parts."""
    session.table("accounts")
    ids = [row[0] for row in session.fetch("SELECT account_id FROM accounts ORDER BY account_id").fetchall()]
    return before.edges_of(ids, AT_ONCE)


def _between(edges: Sequence[str]) -> tuple[Between, ...]:
    """What together holds every group once."""
    return tuple(starmap(Between, pairwise([None, *edges, None])))
