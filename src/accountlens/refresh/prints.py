"""What a fact is made from: its SQL with all values in it, and the tables it reads as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accountlens.catalog.catalog import Catalog
from accountlens.refresh.past import print_of, version_print
from accountlens.store import TableVersion


@dataclass
class FactPrints:
    """Prints of the facts of one refresh. `versions` grows while tables are made."""

    catalog: Catalog
    zone: str
    as_of: datetime
    versions: Mapping[str, TableVersion]
    of_views: dict[str, str] = field(default_factory=dict)

    def definition(self, name: str) -> str:
        """Changes when anything changes but the rows of the tables that a fact reads."""
        fact = self.catalog.facts[name]
        own = [self.catalog.digest(name), self.catalog.sql_of(name, {}, self.as_of, self.zone), fact.key, self.zone]
        return print_of([own, repr(fact.reach), [repr(self.catalog.entities.get(entity)) for entity in fact.primary],
                         [self._defined(other) for other in fact.reads]])  # fmt: skip

    def _defined(self, name: str) -> str:
        if name in self.versions:
            return "there"
        fact = self.catalog.facts.get(name)
        return "absent" if fact is None or not fact.sql or fact.stored else self.definition(name)

    def of(self, name: str) -> str:
        """Changes when anything changes that the fact's rows are made from."""
        fact = self.catalog.facts[name]
        own = [self.catalog.digest(name), self.catalog.sql_of(name, {}, self.as_of, self.zone), fact.key, self.zone]
        model = [fact.model, self.as_of, sorted(fact.parameters.items())] if fact.model else []
        return print_of([own, model, [repr(self.catalog.entities.get(entity)) for entity in fact.primary],
                         [self._read(other) for other in fact.reads]])  # fmt: skip

    def _read(self, name: str) -> str:
        """What a table that a fact reads is now: its version; of a fact that is a view, what that is made from."""
        if name in self.versions:
            return version_print(self.versions[name])
        fact = self.catalog.facts.get(name)
        if fact is None or not fact.sql or fact.stored:
            return "absent"
        if name not in self.of_views:
            self.of_views[name] = self.of(name)
        return self.of_views[name]
