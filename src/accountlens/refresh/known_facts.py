"""Which facts of the last refresh still hold in this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from accountlens.language.tables import Fact
from accountlens.refresh.bench import stream
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.past import print_of
from accountlens.refresh.prints import FactPrints
from accountlens.refresh.reaching import Reaching
from accountlens.warehouses.expand import literal

if TYPE_CHECKING:  # models are imported where they are fitted
    from accountlens.models.modelled import Before, Modelled

RUNS = "model_runs"


@dataclass
class KnownFacts:
    """What each fact is made from now, and was made from then."""

    keeper: StoreKeeper
    prints: FactPrints
    reaching: Reaching
    before: Mapping[str, Mapping[str, Any]]  # fact → prints of its definition, and of all it was made from
    found: dict[str, dict[str, Any]] = field(default_factory=dict)  # for the next refresh
    reused: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)  # in part

    def same(self, fact: Fact) -> bool:
        """Whether a stored fact is what it was. To be asked when all that it reads is made."""
        if not fact.stored:
            return False
        self.found[fact.name] = {"defined": self.prints.definition(fact.name), "made": self.prints.of(fact.name)}
        if fact.model:  # whatever rows it is given: a fit is known by them
            self.found[fact.name]["fitted"] = print_of([fact.model, sorted(fact.parameters.items()), self.prints.zone])
        then = self.before.get(fact.name)
        return bool(then and then["made"] == self.found[fact.name]["made"] and fact.name in self.keeper.before)

    def renew(self, fact: Fact) -> bool:
        """Make anew what changed of a fact; False where that is not known."""
        then = self.before.get(fact.name)
        if then is None or then["defined"] != self.found[fact.name]["defined"] or not self.reaching.renew(fact):
            return False
        self.renewed.append(fact.name)
        return True

    def take_over(self, fact: Fact) -> list[pa.Table]:
        """Keep a fact's table; of a modelled one, what became of its fits."""
        self.keeper.reuse(fact.name)
        self.reused.append(fact.name)
        if not fact.model or RUNS not in self.keeper.before:
            return []
        then = self.before[fact.name]
        self.found[fact.name] |= {"fits": then["fits"], "learnt": then["learnt"]}
        return [self._runs(fact)]

    def fits(self, fact: Fact) -> Before | None:
        """What a modelled fact was when it was fitted last, where it is still defined so."""
        from accountlens.models.modelled import Before, Modelled

        then = self.before.get(fact.name)
        if then is None or "fits" not in then or not {fact.name, RUNS} <= set(self.keeper.before):
            return None
        rows = self.keeper.store.relation_sql(self.keeper.before[fact.name])
        if not self._is_defined_as(fact, then):
            return None
        since = self.reaching.since(fact) if then["defined"] == self.found[fact.name]["defined"] else None
        return Before(Modelled(rows, self._runs(fact), then["fits"], then["learnt"]), since)

    def fitted(self, fact: Fact, found: Modelled) -> None:
        """Remember what each fit was made from, and what the latest learned."""
        self.found[fact.name] |= {"fits": dict(found.seen), "learnt": found.learnt}

    def _is_defined_as(self, fact: Fact, then: Mapping[str, Any]) -> bool:
        return bool(then["fitted"] == self.found[fact.name]["fitted"])

    def _runs(self, fact: Fact) -> pa.Table:
        runs = self.keeper.store.relation_sql(self.keeper.before[RUNS])
        return self._read(f"SELECT * FROM ({runs}) WHERE fact = {literal(fact.name)}")

    def _read(self, select: str) -> pa.Table:
        return stream(self.keeper.con, select).read_all()
