"""A snapshot with its definitions, ready to be asked: which of its tables stand, and from when one looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.house import House
from accountlens.engine.ground import Ground
from accountlens.engine.moments import list_of
from accountlens.engine.run import Backdrop
from accountlens.engine.session import Session
from accountlens.engine.untold import Untold
from accountlens.errors import AccountlensError, suggest
from accountlens.language.calendar import Clock
from accountlens.language.query import Query
from accountlens.standing.opening import Opening
from accountlens.store import Snapshot, Store, TableVersion

if TYPE_CHECKING:  # a question that needs no model must not wait for Arrow
    import pyarrow as pa

    from accountlens.language.tables import Fact


@dataclass(frozen=True)
class OpenSnapshot:
    snapshot: Snapshot
    catalog: Catalog
    session: Session
    house: House
    history: frozenset[str]  # account attributes with a history
    untold: Untold

    @property
    def available(self) -> frozenset[str]:
        """Entities with a source."""
        return self.untold.available

    def ground(self, query: Query) -> Ground:
        """What a question stands on: its own moment, else the snapshot's. Its scope has to be one there is."""
        self._check_scope(query.scope)
        instant = query.as_of if isinstance(query.as_of, datetime) else self.snapshot.as_of
        clock = Clock(ZoneInfo(self.house.time_zone), instant, query.as_of == "end")
        return Ground(self.catalog, clock, self.house.fiscal_year_starts, self.untold, self.history)

    @cached_property
    def lists(self) -> Sequence[str]:
        """Lists that accounts are or were on."""
        self.session.table("account_list_members")
        found = self.session.fetch("SELECT DISTINCT list FROM account_list_members ORDER BY list").fetchall()
        return [name for (name,) in found]

    def _check_scope(self, scope: str) -> None:
        """Who sees some accounts alone may be told of a list that none of these is on: of it he has none."""
        name = list_of(scope)
        if name is None or self.session.seen is not None or name in self.lists:
            return
        needing = "" if name == scope else f", which scope '{scope}' needs"
        there = f"Lists with accounts: {', '.join(self.lists)}." if self.lists else "No list has accounts yet."
        mend = suggest(scope, (*self.lists, "all", "customers")) or f"{there} 'all' and 'customers' need none."
        raise AccountlensError(f"No account was ever on a list '{name}'{needing}.", mend=mend)

    @property
    def backdrop(self) -> Backdrop:
        latest, sources = self.snapshot.info.get("latest"), self.snapshot.info.get("sources", {})
        read = [one["fetched_at"] and datetime.fromisoformat(one["fetched_at"]) for one in sources.values()]
        return Backdrop(
            self.snapshot.id,
            self.house.currency,
            datetime.fromisoformat(latest) if latest else None,
            min(self.snapshot.as_of, *read) if read and all(read) else None,
            tuple(_unread(name, one["fetched_at"]) for name, one in sources.items() if one["error"]),
        )


def open_snapshot(store: Store, house: House, catalog: Catalog, snapshot: Snapshot) -> OpenSnapshot:
    """Open it for reading."""
    tables = {table: store.relation_sql(version) for table, version in readable(catalog, snapshot).items()}
    place = store.figures / snapshot.id
    rows = sum(version.rows for version in snapshot.tables.values())
    remote = [name for name in snapshot.remote if name in catalog.entities and name not in snapshot.tables]
    standing = Opening(place, catalog, rows, needed=bool(remote)) if place.is_dir() else None
    session = Session(catalog, tables, house.time_zone, snapshot.as_of, _fit_periods, standing, remote)
    available = frozenset(name for name in catalog.entities if name in snapshot.tables or name in remote)
    return OpenSnapshot(
        snapshot, catalog, session, house, session.history(), Untold(catalog, available, snapshot.empty)
    )


def readable(catalog: Catalog, snapshot: Snapshot) -> dict[str, TableVersion]:
    """Its tables but for facts whose definition is no longer the one they were built with: these are computed anew."""
    return {name: snapshot.tables[name] for name in built(catalog, snapshot, snapshot.tables)}


def built(catalog: Catalog, snapshot: Snapshot, tables: Iterable[str]) -> list[str]:
    """Those of the tables that are what the present definitions would make."""
    digests, facts = snapshot.info.get("facts", {}), catalog.facts
    return [
        table
        for table in tables
        if table not in facts or not facts[table].sql or digests.get(table) == catalog.digest(table)
    ]


def _unread(source: str, since: str | None) -> str:
    told = f"those of {since[:16].replace('T', ' ')} UTC" if since else "older ones"
    return f"{source} could not be read; its rows are {told}."


def _fit_periods(fact: Fact, rows: pa.Table, periods: Sequence[tuple[datetime, datetime]]) -> pa.Table:
    """Only where a question needs a model is what fits it imported."""
    from accountlens.models.modelled import fit_periods

    return fit_periods(fact, rows, periods)
