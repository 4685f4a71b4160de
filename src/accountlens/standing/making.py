"""Making figures stand ready: the kept questions asked of a snapshot once, some accounts at a time, and kept.

What the figures of the snapshot before tell already is not asked again (`before`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Protocol

from accountlens.catalog.settings import FILE_NAME, Figures
from accountlens.engine.plan import FOUND
from accountlens.engine.planner import Ground
from accountlens.engine.run import make_readable
from accountlens.engine.session import Session
from accountlens.errors import Problem, suggest
from accountlens.language.asked import Asked
from accountlens.standing.before import Before, Compared, before_of, content
from accountlens.standing.differing import Stored
from accountlens.standing.kept_facts import KeptFacts, kept_facts
from accountlens.standing.parts import Part
from accountlens.standing.questions import ACCOUNTS, kept_kpis, kept_plan, kept_timeline
from accountlens.standing.signatures import span_of
from accountlens.store import Store
from accountlens.store.figures import FiguresWriter
from accountlens.warehouses.expand import literal

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
    wanted = {by: _conditions(edges) if by == ACCOUNTS else [None] for by, found in kpis.items() if found}
    parts, done = sum(map(len, wanted.values())), 0
    every: dict[str, KeptFacts] = {}
    for by, conditions in wanted.items():
        known = before if by != ACCOUNTS or before.edges == edges else Before()
        for number, where in enumerate(conditions):
            plan = kept_plan(making.ground, kpis[by], by, timeline, where)
            make_readable(plan, making.session)
            every[by] = every.get(by) or kept_facts(by, plan, making.ground, known)
            part = Part(writer, f"{by}/{number}", known.part(f"{by}/{number}"))
            for place in every[by].write(part, plan, making.ground, making.session):
                progress("figures", done * len(every[by].facts) + place, parts * len(every[by].facts))
            done += 1
    spans = [span_of(piece) for piece in timeline.slices]
    manifest = {by: facts.manifest(len(wanted[by]), making.ground.catalog) for by, facts in every.items()}
    tables = {name: content(version) for name, version in making.stored.tables.items()}
    made = {"code": making.code, "tables": tables, "edges": edges, "facts": {by: one.made for by, one in every.items()}}
    made["failed"] = {by: one.failed for by, one in every.items()}
    return {"spans": spans, "by": manifest}, made


def _edges(session: Session, before: Before) -> tuple[str, ...]:
    """Where the accounts are divided into parts."""
    session.table("accounts")
    ids = [row[0] for row in session.fetch("SELECT account_id FROM accounts ORDER BY account_id").fetchall()]
    return before.edges_of(ids, AT_ONCE)


def _conditions(edges: Sequence[str]) -> list[str | None]:
    """Conditions that together hold every row once."""
    if not edges:
        return [None]
    texts = [literal(one) for one in edges]
    inner = [f"account_id >= {low} AND account_id < {high}" for low, high in pairwise(texts)]
    return [f"account_id < {texts[0]}", *inner, f"account_id >= {texts[-1]}"]
