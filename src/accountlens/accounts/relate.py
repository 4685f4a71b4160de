"""Who is who, entity by entity: what later ones need of earlier ones is learnt when these are there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from accountlens.accounts.currency import Exchange, currency_parent, make_rates, rates_sql, unusable_rates
from accountlens.accounts.decision_files import Decided
from accountlens.accounts.directory import Directory
from accountlens.accounts.erased import Erased
from accountlens.accounts.hierarchy import TOPS, find_tops
from accountlens.accounts.history import NAME as ATTRIBUTES
from accountlens.accounts.history import SEEN, history_sql, seen_sql
from accountlens.accounts.matching import Matcher
from accountlens.accounts.merges import MERGED, each_once, find_merged, without_merged
from accountlens.accounts.merges import TABLE as MERGES
from accountlens.accounts.people import People
from accountlens.errors import Problem
from accountlens.language.tables import Entity
from accountlens.store.snapshots import Balance
from accountlens.warehouses.expand import expand, literal

FIRST = ("fx_rates", "accounts", "contacts")
PLAIN_ACCOUNTS = "_plain_accounts"


class Relations:
    """Relates the entities of one refresh. `present` are those that have a source; of some the rows are `elsewhere`."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        entities: Mapping[str, Entity],
        present: Iterable[str],
        home: str,
        zone: str,
        as_of: datetime,
        decided: Decided | None = None,
        elsewhere: Collection[str] = (),
    ) -> None:
        self.con, self.entities, self.present, self.zone = con, entities, frozenset(present), zone
        self.as_of, self.decided = as_of, decided or Decided()
        self.left_out: dict[str, int] = {}  # rows of losers that the survivors have too
        ((today,),) = con.execute(f"SELECT {expand(f'KPI_LOCAL_DATE({literal(as_of)})', zone=zone)}").fetchall()
        self.directory = Directory(con)
        self.matcher = Matcher(con, self.directory, self.present, elsewhere)
        self.erased = Erased(con, entities)
        self.people = People(con, self.erased, self.present)
        self.exchange = Exchange(home, zone, today, entities, self.present)

    def order(self) -> list[str]:
        """The present entities so that each stands after those it needs."""

        def place(name: str) -> tuple[int, str]:
            late = len(FIRST) + (currency_parent(self.entities[name], self.entities) is not None)
            return FIRST.index(name) if name in FIRST else late, name

        return sorted(self.present, key=place)

    def relate(self, entity: Entity, rows: str, columns: Sequence[str]) -> tuple[str, list[str], list[Problem]]:
        """Accepted rows with their account (or, for accounts, their tops): SQL, its columns, what is strange."""
        if entity.name != "accounts":
            known = self.people.named(entity, self.erased.keys(entity, rows, columns), columns)
            select, found = self._matched(entity, known, columns)
            return self.erased.fields(entity, select, columns), found, []
        named = "coalesce(name, account_id) AS name"
        self.con.execute(f"CREATE OR REPLACE TABLE {PLAIN_ACCOUNTS} AS SELECT * REPLACE ({named}) FROM ({rows})")
        problems = [*find_merged(self.con, PLAIN_ACCOUNTS, self.decided.merges, self.exchange.today)]
        self.left_out["accounts"] = self._count(PLAIN_ACCOUNTS)
        self.con.execute(f"CREATE OR REPLACE TABLE {PLAIN_ACCOUNTS} AS {without_merged(PLAIN_ACCOUNTS)}")
        self.left_out["accounts"] -= self._count(PLAIN_ACCOUNTS)
        problems += find_tops(self.con, PLAIN_ACCOUNTS)
        select = (
            f"SELECT a.*, t.ultimate_parent_id FROM {PLAIN_ACCOUNTS} a JOIN {TOPS} t ON t.account_id = a.account_id"
        )
        return select, [*columns, "ultimate_parent_id"], problems

    def _matched(self, entity: Entity, rows: str, columns: Sequence[str]) -> tuple[str, list[str]]:
        select, found = self.matcher.matched(entity, rows, columns)
        if "account_id" in entity.key and "accounts" in self.present and self._count(MERGED):
            once = each_once(entity, select)
            self.left_out[entity.name] = self._count(f"({select})") - self._count(f"({once})")
            select = once
        return select, found

    def _count(self, rows: str) -> int:
        ((count,),) = self.con.execute(f"SELECT count(*) FROM {rows}").fetchall()
        return int(count)

    def balanced(self, balance: Balance) -> Balance:
        """What became of an entity's rows: those that a merge left out are duplicates of the survivor's."""
        left_out = self.left_out.get(balance.table, 0)
        return replace(balance, accepted=balance.accepted - left_out, duplicates=balance.duplicates + left_out)

    def merges_print(self, named: bool) -> str:
        """Changes when other accounts are merged, or into others; also when losers are `named` otherwise."""
        columns = "*" if named else "loser_id, survivor_id"
        merged = self.con.execute(f"SELECT {columns} FROM {MERGED} ORDER BY loser_id").fetchall()
        return hashlib.sha256(repr(merged).encode()).hexdigest()[:16] if merged else ""

    def learn(self, entity: Entity) -> list[Problem]:
        """Take from a finished entity what others need."""
        if entity.name == "accounts":
            return self.directory.learn(self.decided.matches)
        if entity.name == "contacts":
            self.people.learn()
        if entity.name == "fx_rates":
            last_day = make_rates(self.con, self.exchange.home, self.zone)
            self.exchange = replace(self.exchange, last_day=last_day)
            return unusable_rates(self.con)
        return []

    def histories(self) -> dict[str, str]:
        """SQL of what accounts were."""
        return {SEEN: seen_sql(self.con, self.as_of), ATTRIBUTES: history_sql(self.con, self.present, SEEN)}

    def made(self, matches: bool = True) -> dict[str, str]:
        """SQL of the tables made beside the entities, when everything else is there; of `matches` only on demand."""
        found = dict[str, str]()
        if "accounts" in self.present:
            found |= self.histories()
            found |= self.matcher.made(self.entities) if matches else {}
            found[MERGES] = f"SELECT * FROM {MERGED} ORDER BY loser_id"
        if self.exchange.last_day:
            found["exchange_rates"] = rates_sql(self.zone)
        return found
