"""Making figures stand ready: the kept questions asked of a snapshot once, some accounts at a time, and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Protocol

import duckdb
import numpy as np

from accountlens.catalog.settings import FILE_NAME, Figures
from accountlens.engine.fact_figures import FactFigures
from accountlens.engine.plan import Plan
from accountlens.engine.planner import Ground
from accountlens.engine.run import make_readable
from accountlens.engine.script import Step
from accountlens.engine.session import Session
from accountlens.engine.sql import facts_sql
from accountlens.errors import Problem, suggest
from accountlens.language.asked import Asked
from accountlens.standing.questions import ACCOUNTS, kept_kpis, kept_plan
from accountlens.standing.signatures import signatures, span_of
from accountlens.store import Store
from accountlens.store.figures import FiguresWriter
from accountlens.warehouses.expand import expand, literal

AT_ONCE = 10_000  # accounts, whose figures of one fact are in memory together
MEMORY_LIMIT = "1GB"  # of DuckDB; what exceeds it goes to the store's scratch folder


class Progress(Protocol):
    """Told what is being done, how many of its steps are done, and how many there are."""

    def __call__(self, what: str, done: int, total: int) -> None: ...


def keep_figures(
    store: Store, snapshot: str, ground: Ground, session: Session, kept: Figures, progress: Progress
) -> list[Problem]:
    """Make the figures of a snapshot and put them beside its tables; those of others go. What could not be kept."""
    with store.writing():
        writer = FiguresWriter(store.tmp / "figures")
        session.con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET temp_directory = {literal(str(store.tmp))}")
        kpis = {by: kept_kpis(ground, session, by) for by in (ACCOUNTS, *kept.by)}
        told = make_figures(writer, ground, session, kept, kpis, progress)
        writer.finish(store.figures / snapshot, told)
    return [_nothing_by(by, ground) for by, found in kpis.items() if not found and by != ACCOUNTS]


def _nothing_by(by: str, ground: Ground) -> Problem:
    what = f"figures.by names '{by}', by which no KPI can be split; nothing is kept by it."
    mend = suggest(by, ground.catalog.facts["accounts"].columns)
    return Problem(FILE_NAME, 0, what, mend, "warning", "figures_by")


def make_figures(
    writer: FiguresWriter,
    ground: Ground,
    session: Session,
    kept: Figures,
    kpis: Mapping[str, tuple[Asked, ...]],
    progress: Progress,
) -> dict[str, Any]:
    """Write every kept figure of KPIs by dimension; what is returned says what they are (`serving` reads it)."""
    wanted = [(by, where) for by, found in kpis.items() if found for where in _parts(by, session)]
    by_dimension: dict[str, Any] = {}
    spans: list[tuple[str, ...]] = []
    for number, (by, where) in enumerate(wanted):
        plan = kept_plan(ground, kept, kpis[by], by, where)
        make_readable(plan, session)
        steps = facts_sql(plan, ground.catalog, ground.clock)
        told = by_dimension[by] if by in by_dimension else by_dimension.setdefault(by, _figures(plan, steps, ground))
        spans = [span_of(piece) for piece in plan.slices]
        part = _Part(writer, f"{by}/{told['parts']}", plan, session)
        for place, step in enumerate(steps):
            progress("figures", number * len(steps) + place, len(wanted) * len(steps))
            if not part.write(step):
                told["figures"] = {one: at for one, at in told["figures"].items() if at[0] != step.name}
        part.finish()
        told["parts"] += 1
    progress("figures", 1, 1)
    return {"spans": spans, "by": by_dimension}


def _parts(by: str, session: Session) -> Iterator[str | None]:
    """Conditions that together hold every row once, each with so many accounts."""
    if by != ACCOUNTS:
        yield None
        return
    session.table("accounts")
    ids = [row[0] for row in session.fetch("SELECT account_id FROM accounts ORDER BY account_id").fetchall()]
    edges = [literal(one) for one in ids[AT_ONCE::AT_ONCE]]
    if not edges:
        yield None
        return
    yield f"account_id < {edges[0]}"
    yield from (f"account_id >= {low} AND account_id < {high}" for low, high in pairwise(edges))
    yield f"account_id >= {edges[-1]}"


def _figures(plan: Plan, steps: Sequence[Step], ground: Ground) -> dict[str, Any]:
    """`reach`: sets of spans; `figures`: signature → table, column, and which of these sets it is kept for."""
    table = {column: step.name for step in steps for column in step.columns}
    reach = {branch.periods: None for branch in plan.branches}
    number = {periods: place for place, periods in enumerate(reach)}
    figures = {
        signature: (table[column], column, number[branch.periods])
        for branch in plan.branches
        for column, signature in signatures(plan, branch, ground.catalog)
    }
    return {"parts": 0, "history": sorted(plan.history), "reach": list(reach), "figures": figures}


class _Part:
    """Some of the groups: their tables share one numbering of texts."""

    def __init__(self, writer: FiguresWriter, folder: str, plan: Plan, session: Session) -> None:
        self.writer, self.folder, self.plan, self.session = writer, folder, plan, session
        self.numbers: dict[str, int] = {}

    def write(self, step: Step) -> bool:
        """False where the fact cannot be computed: whoever asks for it is told why."""
        sql = expand(step.sql, zone=self.plan.zone)
        try:
            found = self.session.compute(replace(step, sql=sql), self.plan.keys[2:])
        except duckdb.Error:
            return False
        group = self._numbered(found)
        order = np.lexsort((found.p, found.level, group))
        keys = {"group": group[order], "level": found.level[order], "p": found.p[order]}
        figures = {name: row[order] for name, row in zip(step.columns, found.values, strict=True)}
        self.writer.write(f"{self.folder}/{step.name}", {**keys, **figures})
        return True

    def _numbered(self, found: FactFigures) -> Any:
        dim = found.dims[0]
        mine: Sequence[int] = [self.numbers.setdefault(text, len(self.numbers)) for text in dim.texts]
        return np.array(mine, np.int64)[dim.numbers]

    def finish(self) -> None:
        self.writer.write_texts(f"{self.folder}/texts", list(self.numbers))
