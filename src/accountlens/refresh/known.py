"""What of the last refresh still holds in this one, entity by entity."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from accountlens.accounts.currency import currency_parent
from accountlens.accounts.matching import CHOICES, MATCHES
from accountlens.accounts.relate import FIRST, Relations
from accountlens.catalog.settings import Settings
from accountlens.errors import Problem
from accountlens.language.tables import Entity
from accountlens.refresh.basis import Basis, decisions_print, files_of, is_quiet, static_print
from accountlens.refresh.changes import Changes
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.past import Past, print_of, version_print
from accountlens.sources.landed import FaultyRow, Landed
from accountlens.sources.mapping import Mapped, TableName
from accountlens.sources.mapping_sql import run_mapping
from accountlens.sources.own_records import SOURCE as WORKSPACE
from accountlens.sources.shelf import Shelf
from accountlens.sources.staging import QUARANTINE as ASIDE
from accountlens.store import QUARANTINE
from accountlens.store.erasures import hashes_of
from accountlens.warehouses.expand import literal

ALWAYS_READ = ("fx_rates", "accounts")  # what is learnt from them is needed
LandAgain = Callable[[set[str]], Sequence[Landed]]  # the sources of these names


@dataclass
class Known:
    """Beside the rows of a refresh: what they are made from, and what can be taken over."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    settings: Settings
    keeper: StoreKeeper
    changes: Changes
    past: Past
    shelf: Shelf
    land_again: LandAgain
    entities: dict[str, Any] = field(default_factory=dict)  # for the next refresh
    reused: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # entities of which only what came in was read

    def __post_init__(self) -> None:
        erased = hashes_of(self.keeper.store.erasures())
        self.decisions = print_of(
            [decisions_print(self.folder), sorted((kind, sorted(one)) for kind, one in erased.items())]
        )

    def basis(self, entity: Entity, mapped: Mapped, landed: Sequence[Landed], relations: Relations) -> Basis | None:
        """What an entity would be made from; None where that can't be known again."""
        columns = {name for origin in mapped.origins[entity.name] for name in origin.columns}
        if entity.name in ALWAYS_READ:
            return None
        static = static_print(entity, mapped, self.settings, relations.present, self.decisions)
        files = files_of(tables_of(entity.name, mapped, landed), landed)
        if static is None or files is None:
            return None
        return Basis(static, files, self._beside(entity, columns, relations))

    def _beside(self, entity: Entity, columns: set[str], relations: Relations) -> dict[str, str]:
        """The tables in which rows are looked up, as they are now."""
        found = {name for name in FIRST if name != "fx_rates"} if "account_id" in entity.columns else set[str]()
        money = [name for name, column in entity.columns.items() if column.type == "money"]
        codes = [name for name in columns if name.lower().endswith("currency")]
        named = not is_quiet(entity, columns)  # then names and domains may lead to an account
        beside = {"merges": relations.merges_print(named)} if "account_id" in entity.columns else {}
        if money or codes:
            found.add("fx_rates")
            parent = currency_parent(entity, relations.entities)
            found |= {parent[1]} if parent else set()
            beside["today"] = relations.exchange.today.isoformat()
        versions = self.keeper.versions
        return beside | {name: version_print(versions.get(name)) for name in sorted(found & relations.present)}

    def same(self, entity: Entity, basis: Basis | None) -> bool:
        """Whether an entity is what it was, so that nothing need be done for it."""
        before = self.past.entities.get(entity.name)
        if basis is None or before is None:
            return False
        now, then = basis.kept(), before["basis"]
        rest = then["static"] == now["static"] and then["files"] == now["files"]
        return bool(rest and self.beside_equal(entity, then, now, ()))

    def beside_equal(
        self, entity: Entity, then: Mapping[str, Any], now: Mapping[str, Any], but: Collection[str]
    ) -> bool:
        """Whether an entity's rows are looked up in the same tables as then, some of them left out."""
        left_out = {*but}
        # money is converted at the day of the refresh only where a row has no date; and a reason may name the day
        if any(entity.columns[name].required for name in entity.converted_at):
            left_out |= set() if self.past.balance[entity.name].quarantined else {"today"}
        told = [{name: value for name, value in one["beside"].items() if name not in left_out} for one in (then, now)]
        return told[0] == told[1] and then["beside"].keys() == now["beside"].keys()

    def matches_stand(self, relations: Relations) -> bool:
        """Whether no row that a domain or a name may lead to an account has changed, nor what it is looked up in."""
        looked_up = relations.matcher.by_clues(relations.entities)
        return bool(looked_up) and {*looked_up} <= {*self.reused} and {MATCHES, CHOICES} <= {*self.keeper.before}

    def take_over_matches(self) -> tuple[str, ...]:
        """Keep the tables that tell of them."""
        for name in (MATCHES, CHOICES):
            self.keeper.reuse(name)
        return MATCHES, CHOICES

    def take_over(self, entity: str) -> list[Problem]:
        """Keep an entity's table and what was put aside of it; what was said of it."""
        self.keeper.reuse(entity)
        self.take_over_aside(entity)
        self.entities[entity] = self.past.entities[entity]
        self.reused.append(entity)
        return [*self.said(entity, "checked"), *self.said(entity, "unusual")]

    def take_over_aside(self, entity: str) -> None:
        aside = self.past.tables[QUARANTINE]
        if aside.rows:
            rows = self.keeper.store.relation_sql(aside)
            self.con.execute(
                f'INSERT INTO {ASIDE} SELECT "table", source, row_number, reason, content FROM ({rows}) '
                f'WHERE "table" = {literal(entity)}'
            )

    def remember(
        self, entity: str, basis: Basis | None, checked: Sequence[Problem], unusual: Sequence[Problem]
    ) -> None:
        """Keep what an entity was made from and what was said of it, for the next refresh."""
        if basis is not None:
            said = {"checked": [asdict(one) for one in checked], "unusual": [asdict(one) for one in unusual]}
            self.entities[entity] = {"basis": basis.kept(), **said}

    def said(self, entity: str, what: str) -> list[Problem]:
        """What the last refresh said of an entity: when it was `checked`, or of its `unusual` values."""
        return [Problem(**problem) for problem in self.past.entities[entity][what]]

    def bring_in(self, entity: str, mapped: Mapped, landed: Sequence[Landed]) -> list[Landed]:
        """See that the rows of an entity are there, not only their columns; what has landed by now."""
        tables = tables_of(entity, mapped, landed)
        read = [item for item in landed if (item.source, item.table) in tables]
        missing = [item for item in read if item.stands_in]
        found = list(landed)
        if missing:
            self.shelf.wanted |= {item.home for item in missing}
            sources = {item.source for item in missing}
            again = [*self.land_again(sources)]
            found = _replaced(landed, {name: [item for item in again if item.source == name] for name in sources})
        if entity in mapped.sql and self.shelf.wanted.intersection(item.home for item in read):
            origin = mapped.origins[entity][0]  # made of columns alone, also where another entity brought the rows in
            run_mapping(self.con, entity, mapped.sql[entity], origin.shown, mapped.readers)
        return found


def tables_of(entity: str, mapped: Mapped, landed: Sequence[Landed]) -> list[TableName]:
    """The landed tables that give rows to an entity."""
    own = (WORKSPACE, entity)
    found = [table for table, readers in mapped.readers.items() if entity in readers]
    return [*found, own] if any((item.source, item.table) == own for item in landed) else found


def faulty_of(entity: str, mapped: Mapped, landed: Sequence[Landed]) -> list[tuple[str, FaultyRow]]:
    """Lines that could not be split count for the first entity that reads their table."""
    first = [table for table, readers in mapped.readers.items() if readers[:1] == [entity]]
    found = [(f"{item.source}/{item.file}", row) for item in landed for row in item.faulty
             if (item.source, item.table) in first]  # fmt: skip
    return [*found, *((item.file, row) for item in landed for row in item.faulty
                      if (item.source, item.table) == (WORKSPACE, entity))]  # fmt: skip


def _replaced(landed: Sequence[Landed], by_source: Mapping[str, Sequence[Landed]]) -> list[Landed]:
    """What has landed, with some sources as they landed again, in the old order of sources."""
    found: list[Landed] = []
    for name in dict.fromkeys(item.source for item in landed):
        found += by_source.get(name, [item for item in landed if item.source == name])
    return found
