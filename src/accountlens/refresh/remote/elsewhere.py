"""What of a refresh is made in a warehouse: entities that stay there, and the facts that read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from accountlens.accounts.relate import Relations
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings
from accountlens.language.tables import Entity
from accountlens.refresh.bench import Progress
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.remote.entities import RemoteEntities
from accountlens.refresh.remote.facts import RemoteFacts, Then, remote_facts
from accountlens.refresh.remote.place import Remote
from accountlens.refresh.remote.raw import SOURCE, land_raw, raw_tables
from accountlens.sources.landed import Landed
from accountlens.sources.mapping import Mapped, TableName
from accountlens.store.snapshots import utc_now

if TYPE_CHECKING:
    from accountlens.refresh.entities import Prepared


@dataclass(frozen=True)
class Made:
    """What is to be told of what was made there."""

    digests: Mapping[str, str] = field(default_factory=dict)  # of facts
    runs: Sequence[pa.Table] = ()  # what became of models
    reused: Sequence[str] = ()  # facts that were copied from the last snapshot's tables
    empty: Mapping[str, list[str]] = field(default_factory=dict)  # entity → columns that no row fills
    latest: datetime | None = None


class Elsewhere:
    """Nothing, in a workspace without a warehouse."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, remote: Remote | None, catalog: Catalog, then: Mapping[str, Any]
    ) -> None:
        """`then`: what the last snapshot says of the warehouse, where its tables can be taken over."""
        self.con, self.remote, self.catalog = con, remote, catalog
        self.then = Then(then["schema"], then["made"], then["prints"]) if "made" in then else Then()
        self.staying = frozenset[str]()  # entities
        self.read_at = utc_now()
        self._entities: RemoteEntities | None = None

    def land(self, folder: Path, settings: Settings, tell: Progress) -> list[Landed]:
        """Bring the warehouse's small tables here; of those that stay the columns alone."""
        if self.remote is None:
            return []
        tell("looking at the warehouse", 0, 0)
        raw = raw_tables(self.remote, folder, settings, self.catalog.entities)
        self.staying = raw.staying
        self._entities = RemoteEntities(self.con, self.remote, raw)
        return land_raw(self.con, self.remote, raw, tell)

    def told(self, readers: Mapping[TableName, Sequence[str]]) -> dict[str, Any]:
        """What a snapshot says of the warehouse as a source; `readers` are the entities of each table."""
        if self.remote is None:
            return {}
        entities = {name for (source, _), names in readers.items() if source == SOURCE for name in names}
        return {SOURCE: {"fetched_at": self.read_at.isoformat(), "error": "", "entities": sorted(entities)}}

    def take(self, entity: Entity, mapped: Mapped, relations: Relations, done: Prepared) -> None:
        """Make the table of an entity that stays."""
        assert self._entities is not None, entity.name
        self._entities.take(entity, mapped, relations, done)

    @property
    def names(self) -> frozenset[str]:
        """The entities and facts that are not made here."""
        return self.staying | remote_facts(self.catalog, self.staying)

    def finish(self, present: Sequence[str], as_of: datetime, keeper: StoreKeeper, tell: Progress) -> Made:
        """Make the facts that read what stays, when everything that is made here is there; `present` have a source."""
        if self.remote is None or self._entities is None:
            return Made()
        self._entities.drop_lent()
        facts = RemoteFacts(self.con, self.remote, self.catalog, as_of, keeper, self.then)
        facts.lend(list(keeper.versions), tell)
        far, primary = remote_facts(self.catalog, self.staying), {*present, *self.staying}
        names = [name for name in self.catalog.facts if name in far and primary & {*self.catalog.primary(name)}]
        runs = facts.make(names, tell)
        self.remote.made = facts.made
        entities = [self.catalog.entities[name] for name in sorted(self.staying)]
        empty = {entity.name: columns for entity in entities if (columns := facts.empty(entity))}
        times = [time for time in map(facts.latest, entities) if time]
        made = [name for name in names if self.catalog.facts[name].stored or self.catalog.facts[name].reduced]
        digests = {name: self.catalog.digest(name) for name in made}
        return Made(digests, runs, facts.reused, empty, max(times, default=None))
