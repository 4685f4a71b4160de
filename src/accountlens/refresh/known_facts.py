"""Which facts of the last refresh still hold in this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from accountlens.language.tables import Fact
from accountlens.refresh.bench import stream
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.prints import FactPrints
from accountlens.refresh.reaching import Reaching
from accountlens.warehouses.expand import literal

RUNS = "model_runs"


@dataclass
class KnownFacts:
    """What each fact is made from now, and was made from then."""

    keeper: StoreKeeper
    prints: FactPrints
    reaching: Reaching
    before: Mapping[str, Mapping[str, str]]  # fact → prints of its definition, and of all it was made from
    found: dict[str, dict[str, str]] = field(default_factory=dict)  # for the next refresh
    reused: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)  # in part

    def same(self, fact: Fact) -> bool:
        """Whether a stored fact is what it was. To be asked when all that it reads is made."""
        if not fact.stored:
            return False
        self.found[fact.name] = {"defined": self.prints.definition(fact.name), "made": self.prints.of(fact.name)}
        return self.before.get(fact.name) == self.found[fact.name] and fact.name in self.keeper.before

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
        runs = self.keeper.before.get(RUNS)
        if not fact.model or runs is None:
            return []
        rows = f"SELECT * FROM ({self.keeper.store.relation_sql(runs)}) WHERE fact = {literal(fact.name)}"
        return [stream(self.keeper.con, rows).read_all()]
