"""A large entity of which only files came in: their rows are checked and added, those of the other files stay.

Whatever a full refresh might say otherwise is left to it: keys that stand in new and old rows with other content,
values that are told of by place, other columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from accountlens.accounts.relate import Relations
from accountlens.errors import Problem
from accountlens.language.tables import Entity
from accountlens.refresh.basis import Basis, is_quiet
from accountlens.refresh.changes import Delta
from accountlens.refresh.known import Known, faulty_of
from accountlens.refresh.order import entity_order
from accountlens.sources.landed import Landed
from accountlens.sources.mapping import Mapped
from accountlens.sources.mapping_sql import is_row_wise
from accountlens.sources.staging import QUARANTINE as ASIDE
from accountlens.sources.staging import Staged, clear, reading, stage, unusual_values
from accountlens.store import Balance, TableVersion
from accountlens.warehouses.expand import literal, quoted

FOUND_IN = ("accounts", "contacts")  # where rows are looked up; what changed there can be followed


class Additions:
    """Adds what came in to one entity. Ask `possible`, then `add`; False: a full rebuild is needed."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        entity: Entity,
        known: Known,
        mapped: Mapped,
        landed: Sequence[Landed],
        relations: Relations,
    ) -> None:
        self.con, self.entity, self.known, self.changes = con, entity, known, known.changes
        self.mapped, self.landed, self.relations = mapped, landed, relations
        self.delta = Delta(known.changes.place("came", entity.name), known.changes.place("went", entity.name))
        self.balance: Balance | None = None

    def possible(self, basis: Basis | None) -> bool:
        """Whether only files came in, or only accounts and contacts changed."""
        name, before = self.entity.name, self.known.past.entities.get(self.entity.name)
        if basis is None or before is None or not self.known.keeper.lies_by_month(name):
            return False
        if not self.entity.key or "account_id" in self.entity.key:  # which a merge of accounts may change
            return False
        if not is_quiet(self.entity, {given for origin in self.mapped.origins[name] for given in origin.columns}):
            return False
        then, now = before["basis"], basis.kept()
        if then["static"] != now["static"] or not self.known.beside_equal(self.entity, then, now, FOUND_IN):
            return False
        old = {tuple(file) for file in then["files"]}
        stay = {tuple(file) for file in now["files"]} & old
        home = {(item.source, item.table, item.file, item.digest): item.stands_in for item in self.landed}
        if stay != old or not all(home[file] for file in old):
            return False
        return name not in self.mapped.sql or is_row_wise(self.con, self.mapped.sql[name])

    def add(self, basis: Basis) -> bool:
        """Check the new rows, find the account of old ones anew where that may have changed, rewrite their months."""
        faulty = faulty_of(self.entity.name, self.mapped, self.landed)
        origins = self.mapped.origins[self.entity.name]
        staged = stage(self.con, self.entity, origins, faulty, self.relations.exchange.step)
        before = self.known.keeper.before[self.entity.name]
        repeated = self._related(staged, before)
        clear(self.con, self.entity)
        if repeated is None:
            self.con.execute(f'DELETE FROM {ASIDE} WHERE "table" = {literal(self.entity.name)}')
            return False
        if self.known.past.entities[self.entity.name]["basis"]["beside"] != basis.kept()["beside"]:
            self._find_accounts_anew(before)
        self._rewrite(before)
        self.known.take_over_aside(self.entity.name)
        self.balance = _sum(self.known.past.balance[self.entity.name], staged.balance, repeated)
        self.changes.tell(self.entity.name, self.delta)
        return True

    def unusual(self) -> list[Problem]:
        """The unusual values of all rows: what was said of them, where none came and none went."""
        moved = [
            *unusual_values(reading(self.con), self.entity, self.delta.came),
            *unusual_values(reading(self.con), self.entity, self.delta.went),
        ]
        if not moved:
            return self.known.said(self.entity.name, "unusual")
        return list(unusual_values(reading(self.con), self.entity, quoted(self.entity.name)))

    def _related(self, staged: Staged, before: TableVersion) -> int | None:
        """Make the rows that came; how many were there already. None where it takes a full rebuild."""
        select, _, strange = self.relations.relate(self.entity, staged.select, staged.columns)
        numbered_anew = self.entity.name in self.mapped.sql and staged.balance.quarantined
        if staged.warnings or strange or numbered_anew:
            return None
        self.con.execute(f"CREATE OR REPLACE TABLE {self.delta.came} AS {select}")
        described = self.con.execute(f"DESCRIBE {self.delta.came}").fetchall()
        if tuple((row[0], str(row[1])) for row in described) != before.columns:
            return None
        stored = f"({self.known.keeper.store.relation_sql(before)})"
        self.con.execute(f"CREATE OR REPLACE TABLE {self.delta.went} AS SELECT * FROM {stored} LIMIT 0")
        return self._without_repeated(stored, before)

    def _without_repeated(self, stored: str, before: TableVersion) -> int | None:
        key = ", ".join(map(quoted, self.entity.key))
        ((known,),) = self.con.execute(  # as a rule none: then no other column is read
            f"SELECT count(*) FROM {stored} WHERE ({key}) IN (SELECT ({key}) FROM {self.delta.came})"
        ).fetchall()
        if not known:
            return 0
        same = " AND ".join(
            f"s.{quoted(name)} IS NOT DISTINCT FROM a.{quoted(name)}"
            for name, _ in before.columns
            if name != "account_id"
        )
        ((both, alike),) = self.con.execute(
            f"SELECT count(*), count(*) FILTER ({same}) FROM {stored} s JOIN {self.delta.came} a USING ({key})"
        ).fetchall()
        if both != alike:
            return None
        if both:
            self.con.execute(f"DELETE FROM {self.delta.came} WHERE ({key}) IN (SELECT ({key}) FROM {stored})")
        return int(both)

    def _find_accounts_anew(self, before: TableVersion) -> None:
        """Old rows whose ids lead to another account now went, and came with that."""
        ids = [name for name in ("account_id_given", "contact_id") if name in dict(before.columns)]
        if "account_id_given" not in ids:
            return
        stored = f"({self.known.keeper.store.relation_sql(before)})"
        listed = ", ".join(ids)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _ways AS SELECT DISTINCT {listed}, account_id AS was FROM {stored}"
        )
        given = ["account_id", *(name for name in ids if name == "contact_id"), "was"]
        rows = f"SELECT account_id_given AS account_id, {', '.join(given[1:])} FROM temp._ways"
        select, _, _ = self.relations.relate(self.entity, rows, given)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _moved AS SELECT * FROM ({select}) WHERE account_id IS DISTINCT FROM was"
        )
        match = " AND ".join(f"m.{name} IS NOT DISTINCT FROM s.{name}" for name in ids)
        joined = f"FROM {stored} s JOIN temp._moved m ON {match}"
        self.con.execute(f"INSERT INTO {self.delta.went} SELECT s.* {joined}")
        self.con.execute(f"INSERT INTO {self.delta.came} SELECT s.* REPLACE (m.account_id AS account_id) {joined}")

    def _rewrite(self, before: TableVersion) -> None:
        order = entity_order(self.entity, [name for name, _ in before.columns])
        self.known.keeper.exchange(before, self.delta.came, self.delta.went, self.entity.key, order)


def _sum(before: Balance, new: Balance, repeated: int) -> Balance:
    """Rows that stood there already are duplicates."""
    return replace(
        before,
        taken_in=before.taken_in + new.taken_in,
        accepted=before.accepted + new.accepted - repeated,
        duplicates=before.duplicates + new.duplicates + repeated,
        quarantined=before.quarantined + new.quarantined,
    )
