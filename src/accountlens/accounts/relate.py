"""Who is who, entity by entity: what later ones need of earlier ones is learnt when these are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from accountlens.accounts.currency import Exchange, currency_parent, make_rates, rates_sql, unusable_rates
from accountlens.accounts.directory import Directory
from accountlens.accounts.hierarchy import TOPS, find_tops
from accountlens.accounts.history import NAME as ATTRIBUTES
from accountlens.accounts.history import SEEN, history_sql, seen_sql
from accountlens.accounts.matching import Matcher
from accountlens.errors import Problem
from accountlens.language.tables import Entity
from accountlens.warehouses.expand import expand, literal

FIRST = ("fx_rates", "accounts", "contacts")
PLAIN_ACCOUNTS = "_plain_accounts"


class Relations:
    """Relates the entities of one refresh. `present` are those that have a source."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        entities: Mapping[str, Entity],
        present: Iterable[str],
        home: str,
        zone: str,
        as_of: datetime,
    ) -> None:
        self.con, self.entities, self.present, self.zone = con, entities, frozenset(present), zone
        self.as_of = as_of
        ((today,),) = con.execute(f"SELECT {expand(f'KPI_LOCAL_DATE({literal(as_of)})', zone=zone)}").fetchall()
        self.directory = Directory(con)
        self.matcher = Matcher(con, self.directory, self.present)
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
            return *self.matcher.matched(entity, rows, columns), []
        named = "coalesce(name, account_id) AS name"
        self.con.execute(f"CREATE OR REPLACE TABLE {PLAIN_ACCOUNTS} AS SELECT * REPLACE ({named}) FROM ({rows})")
        problems = find_tops(self.con, PLAIN_ACCOUNTS)
        select = (
            f"SELECT a.*, t.ultimate_parent_id FROM {PLAIN_ACCOUNTS} a JOIN {TOPS} t ON t.account_id = a.account_id"
        )
        return select, [*columns, "ultimate_parent_id"], problems

    def learn(self, entity: Entity) -> list[Problem]:
        """Take from a finished entity what others need."""
        if entity.name == "accounts":
            self.directory.learn()
        if entity.name == "fx_rates":
            last_day = make_rates(self.con, self.exchange.home, self.zone)
            self.exchange = replace(self.exchange, last_day=last_day)
            return unusable_rates(self.con)
        return []

    def made(self) -> dict[str, str]:
        """SQL of the tables made beside the entities, when everything else is there."""
        found = {}
        if "accounts" in self.present:
            found[SEEN] = seen_sql(self.con, self.as_of)
            found[ATTRIBUTES] = history_sql(self.con, self.present, SEEN)
            found |= self.matcher.made(self.entities)
        if self.exchange.last_day:
            found["exchange_rates"] = rates_sql(self.zone)
        return found
