"""Which facts of the last refresh still hold in this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from accountlens.language.tables import Fact
from accountlens.refresh.bench import stream
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.prints import FactPrints
from accountlens.warehouses.expand import literal

RUNS = "model_runs"


@dataclass
class KnownFacts:
    """What each fact is made from now, and was made from then."""

    keeper: StoreKeeper
    prints: FactPrints
    before: Mapping[str, str]  # fact → print of what it was made from
    found: dict[str, str] = field(default_factory=dict)  # for the next refresh
    reused: list[str] = field(default_factory=list)

    def same(self, fact: Fact) -> bool:
        """Whether a stored fact is what it was. To be asked when all that it reads is made."""
        if not fact.stored:
            return False
        self.found[fact.name] = self.prints.of(fact.name)
        return self.before.get(fact.name) == self.found[fact.name] and fact.name in self.keeper.before

    def take_over(self, fact: Fact) -> list[pa.Table]:
        """Keep a fact's table; of a modelled one, what became of its fits."""
        self.keeper.reuse(fact.name)
        self.reused.append(fact.name)
        runs = self.keeper.before.get(RUNS)
        if not fact.model or runs is None:
            return []
        rows = f"SELECT * FROM ({self.keeper.store.relation_sql(runs)}) WHERE fact = {literal(fact.name)}"
        return [stream(self.keeper.con, rows).read_all()]
