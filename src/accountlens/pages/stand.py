"""What every part of a page stands on: a snapshot as somebody may see it, its moment, and what it lacks.

Tables are named as they are, never with a schema before them: a session for some accounts finds narrowed ones by these
names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accountlens.engine.account_page import find_account
from accountlens.engine.answer import Answer
from accountlens.engine.ground import Ground
from accountlens.engine.run import ask
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Slice
from accountlens.language.periods import cut, parse_range
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot
from accountlens.pages.needs import Need, column_need, entity_need
from accountlens.warehouses.expand import bind, literal
from accountlens.workspace.asking import Asking
from accountlens.workspace.remotely import Remotely

Record = dict[str, Any]
RECENT_TOUCHES = "recent_touches"  # what a refresh brings home of touches


@dataclass(frozen=True)
class Elsewhere:
    """The warehouse that has rows which are not here, and whether who asks may have it asked: he sees every account."""

    engine: str
    may_ask: bool


@dataclass(frozen=True)
class Stand:
    """`now` is the snapshot's moment, UTC without zone: nothing at or after it is shown as having happened."""

    workspace: Asking
    opened: OpenSnapshot
    ground: Ground

    @property
    def session(self) -> Session:
        return self.opened.session

    @property
    def now(self) -> datetime:
        return self.ground.clock.as_of

    def has(self, *entities: str) -> bool:
        """Whether all of these have a source."""
        return all(entity in self.ground.available for entity in entities)

    def lacking(self, shows: str, *entities: str) -> list[Need]:
        """A need for each of these that has no source."""
        return [entity_need(self.ground.catalog, entity, shows) for entity in entities if not self.has(entity)]

    def unfilled(self, shows: str, entity: str, *columns: str) -> list[Need]:
        """A need for each of these columns that no row of the entity fills."""
        if not self.has(entity):
            return self.lacking(shows, entity)
        counts = ", ".join(f'COUNT("{column}")' for column in columns)
        whole = self.session.whole
        whole.table(entity)
        (filled,) = whole.fetch(f"SELECT {counts} FROM {entity}").fetchall()
        return [column_need(entity, column, shows) for column, count in zip(columns, filled, strict=True) if not count]

    def knows(self, entity: str, column: str) -> bool:
        """Whether the entity's table has this column, also one that the workspace brings along."""
        return column in self.ground.catalog.facts[entity].columns

    def lacks(self, *reads: str) -> bool:
        """Whether single rows of one of these lie in a warehouse."""
        return any(self.session.lacks(name) for name in reads)

    @property
    def touches(self) -> str:
        """Where touches are read from: those that are here are the latest of each account, at any rate ten each way."""
        return RECENT_TOUCHES if self.lacks("touches") else "touches"

    @property
    def elsewhere(self) -> Elsewhere | None:
        engine = self.opened.snapshot.engine
        return Elsewhere(engine, self.session.seen is None) if engine else None

    def rows(self, sql: str, *reads: str, **values: Any) -> list[Record]:
        """The rows of a statement over these entities and facts; `$name` is a value, `KPI_*` a macro."""
        for name in reads:
            if self.ground.catalog.facts[name].sql:
                self.session.ensure_fact(name)
            else:
                self.session.table(name)
        found = self.session.fetch(self.session.written(bind(sql, values)))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def span(self, period: str) -> Slice:
        """A period as instants; one that has not begun is an error."""
        asked = parse_range(period, self.ground.clock.today, self.ground.fiscal_starts)
        (whole,) = cut(asked, "total", self.ground.fiscal_starts)
        piece = self.ground.clock.slice(whole)
        if piece.start >= self.now:
            raise AccountlensError(f"{period} has not begun.", mend="Ask about a period up to now.")
        return piece

    def account(self, name: str) -> Record:
        """The known attributes of the account of this id, name or domain, among those that may be seen."""
        return find_account(name, self.session)

    def ask(self, kpis: Sequence[str], **question: Any) -> Answer:
        """KPIs of the same snapshot, by the one door."""
        return self.workspace.ask(*kpis, snapshot=self.opened.snapshot.id, **question)

    def answer(self, query: Query, gone: bool = False) -> Answer:
        """A question of the same snapshot; with groups `gone` since a time compared with."""
        opened = (self.far or self).opened
        return ask(query, opened.ground(query), opened.session, opened.backdrop, gone)

    @property
    def far(self) -> Stand | None:
        """The same where all rows are, while the workspace is asked in its warehouse."""
        if not isinstance(self.workspace, Remotely):
            return None
        return replace(self, opened=self.workspace.far(self.opened.snapshot.id))

    @property
    def whole(self) -> Stand:
        """The same over all accounts, also those that may not be seen: what of it is told is to be thought over."""
        return replace(self, opened=replace(self.opened, session=self.session.whole))

    def can(self, *kpis: str) -> list[str]:
        """Those of some KPIs that are defined here and have their data."""
        return [name for name in kpis if name in self.ground.catalog.kpis and not self.missing(name)]

    def missing(self, kpi: str) -> list[str]:
        """The entities, and columns of entities, that a KPI cannot be known without."""
        found = self.ground.untold.of_kpi(self.ground.catalog.kpi(parse_asked(kpi)))
        return list(dict.fromkeys(some[0] for some in found))

    def kpi_needs(self, kpis: Iterable[str], shows: str) -> list[Need]:
        """A need for each entity or column that some of the KPIs lack, once."""
        known = [kpi for kpi in kpis if parse_asked(kpi).name in self.ground.catalog.kpis]
        return [self.need(one, shows) for one in dict.fromkeys(one for kpi in known for one in self.missing(kpi))]

    def need(self, lacks: str, shows: str) -> Need:
        """How to add an entity, or a column of one (`opportunities.type`)."""
        entity, _, column = lacks.partition(".")
        return column_need(entity, column, shows) if column else entity_need(self.ground.catalog, entity, shows)


def stand(workspace: Asking, snapshot: str | None = None) -> Stand:
    """The current snapshot, or the one named."""
    opened = workspace.opened(snapshot)
    return Stand(workspace, opened, opened.ground(Query((), snapshot=snapshot)))


def only(account: str) -> str:
    """The filter that leaves one account."""
    return f"account_id = {literal(account)}"


def days_between(here: Stand, start: datetime, end: datetime) -> int:
    """Calendar days between two instants, in the workspace's time zone."""
    clock = here.ground.clock
    return (clock.local(end).date() - clock.local(start).date()).days


def names_of(here: Stand, entity: str, key: str, ids: Iterable[str]) -> dict[str, str]:
    """What some of an entity's rows are called, by their key."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = here.rows(f"SELECT {key} AS id, name FROM {entity} WHERE {key} IN $ids", entity, ids=wanted)
    return {row["id"]: row["name"] for row in rows if row["name"] is not None}
