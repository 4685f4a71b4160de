"""Facts of which only some figures stand ready: these are taken as they stand, and only the others are computed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from accountlens.engine.plan import Branch, Plan
from accountlens.engine.script import Script, Step

if TYPE_CHECKING:
    from accountlens.engine.fact_figures import FactFigures
    from accountlens.engine.ground import Ground
    from accountlens.engine.session import Session

MOST = 32  # questions remembered with what of them stands ready


class Halves:
    """Questions asked before whose facts were halved. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[Sequence[Branch], Script]] = OrderedDict()
        self._lock = Lock()

    def script(self, plan: Plan, script: Script, kept: Sequence[Sequence[str]], ground: Ground) -> Script:
        """The script with each fact that has `kept` columns before another one for the rest of them."""
        key = id(plan.branches), plan.where, tuple(map(tuple, kept))
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = plan.branches, _halved(plan, script, kept, ground)  # the branches live on, and so their identity
            with self._lock:
                self._known[key] = known
                if len(self._known) > MOST:
                    self._known.popitem(last=False)
        return known[1]


@dataclass(frozen=True)
class Supply:
    """What the facts of a script give: figures that stand ready, or None where they have to be computed."""

    script: Script
    ready: Sequence[FactFigures | None]

    @property
    def names(self) -> frozenset[str]:
        """The facts that need not be computed."""
        facts = list(zip(self.script.facts, self.ready, strict=True))
        return frozenset(step.name for step, _ in facts) - {step.name for step, found in facts if found is None}


def supply(plan: Plan, script: Script, ground: Ground, session: Session) -> Supply:
    """What stands ready for a question. Where that is a part of a fact, the script has this fact in two halves."""
    ready = session.ready(plan, script.facts)
    kept = session.kept(plan, [step for step, found in zip(script.facts, ready, strict=True) if found is None])
    if not any(kept):
        return Supply(script, ready)
    left = iter(kept)
    halves = [() if found else next(left) for found in ready]
    halved = session.halves.script(plan, script, halves, ground)
    taken = iter(session.ready(plan, [step for step, columns in _first(halved.facts, halves) if columns]))
    return Supply(halved, list(_supplied(ready, halves, taken)))


def _supplied(
    ready: Sequence[FactFigures | None], halves: Sequence[Sequence[str]], taken: Iterator[FactFigures | None]
) -> Iterator[FactFigures | None]:
    for found, columns in zip(ready, halves, strict=True):
        if columns:
            yield next(taken)
            yield None
        else:
            yield found


def _first(facts: Sequence[Step], halves: Sequence[Sequence[str]]) -> Iterator[tuple[Step, Sequence[str]]]:
    """Each fact of the question, of two halves the first, with the columns kept of it."""
    place = 0
    for columns in halves:
        yield facts[place], columns
        place += 2 if columns else 1


def _halved(plan: Plan, script: Script, kept: Sequence[Sequence[str]], ground: Ground) -> Script:
    from accountlens.engine.sql import facts_sql
    from accountlens.warehouses.expand import expand

    lacking = replace(plan, branches=tuple(_rest(plan, kept)))
    rest = {step.name: step for step in facts_sql(lacking, ground.catalog, ground.clock)}
    facts: list[Step] = []
    for step, columns in zip(script.facts, kept, strict=True):
        if not columns:
            facts.append(step)
            continue
        other = rest[step.name]
        facts.append(replace(step, columns=tuple(columns)))  # should the figures vanish meanwhile, it computes them
        facts.append(replace(other, sql=expand(other.sql, zone=plan.zone)))
    formulas = replace(script.formulas, columns=[step.columns for step in facts])
    return replace(script, facts=tuple(facts), formulas=formulas)


def _rest(plan: Plan, kept: Sequence[Sequence[str]]) -> Iterator[Branch]:
    """The branches without the columns that stand ready."""
    ready = {column for columns in kept for column in columns}
    for branch in plan.branches:
        items = tuple(item for item in branch.items if item.column not in ready)
        if items:
            yield replace(branch, items=items)
