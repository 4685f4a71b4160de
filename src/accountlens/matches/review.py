"""Who is who, as a snapshot found it: what was matched how, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from accountlens.accounts.decision_files import plain_value
from accountlens.accounts.domains import is_nobodys
from accountlens.errors import AccountlensError
from accountlens.lists.accounts import Account, Book
from accountlens.store import Snapshot, Store

TABLES = ("account_matches", "match_candidates", "account_merges")


@dataclass(frozen=True)
class Candidate:
    """An account that a value may stand for."""

    account_id: str
    name: str
    method: str
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Item:
    """A domain or a name that rows wait for, or an account (`value`) that may be another one twice."""

    kind: str  # domain | name | account
    value: str
    rows: Mapping[str, int]  # entity → rows that wait; of an account none
    candidates: tuple[Candidate, ...]  # the likeliest first

    @property
    def waiting(self) -> int:
        return sum(self.rows.values())


class Matches:
    """What one workspace knows of who is who. Reading it changes nothing."""

    def __init__(self, folder: Path, store: Store, snapshot: Snapshot) -> None:
        self.folder, self.store, self.snapshot = folder, store, snapshot
        if missing := [name for name in TABLES if name not in snapshot.tables]:
            what = (
                "This snapshot was made before rows were matched" if "accounts" in snapshot.tables else "There are no"
            )
            what += "." if "accounts" in snapshot.tables else " accounts, so nothing can be matched to them."
            raise AccountlensError(what, mend="Run 'accountlens refresh'." if missing else None)

    @cached_property
    def book(self) -> Book:
        """The accounts of the snapshot, by what people call them."""
        rows = self._fetch("SELECT account_id, name, domain FROM accounts")
        return Book(Account(str(row[0]), str(row[1]), row[2]) for row in rows)

    def waiting(self) -> list[Item]:
        """What a person has to decide, that of most rows first; then accounts that may be one company twice."""
        rows: dict[tuple[str, str], dict[str, int]] = {}
        counted = "SELECT kind, value, entity, count(*) FROM account_matches WHERE status = 'review' GROUP BY ALL"
        for kind, value, entity, count in self._fetch(f"{counted} ORDER BY ALL"):
            rows.setdefault((kind, value), {})[entity] = count
        found: dict[tuple[str, str], list[Candidate]] = {}
        chosen = "SELECT kind, value, account_id, method, confidence FROM match_candidates"
        for kind, value, account, method, confidence in self._fetch(f"{chosen} ORDER BY confidence DESC, account_id"):
            found.setdefault((kind, value), []).append(Candidate(account, self.name(account), method, confidence))
        items = [Item(*key, rows.get(key, {}), tuple(some)) for key, some in found.items()]
        return sorted(items, key=lambda one: (-one.waiting, -one.candidates[0].confidence, one.kind, one.value))

    def found(self) -> list[tuple[str, str, int, float]]:
        """How rows came to their accounts beside their ids: entity, method, rows, lowest confidence."""
        found: list[tuple[str, str, int, float]] = self._fetch(
            "SELECT entity, method, count(*), min(confidence) FROM account_matches WHERE status <> 'review' "
            "AND account_id IS NOT NULL GROUP BY ALL ORDER BY entity, count(*) DESC, method"
        )
        return found

    def merged(self) -> list[tuple[str, str, str]]:
        """Accounts that count as another one: loser, survivor, who says so."""
        found: list[tuple[str, str, str]] = self._fetch(
            "SELECT loser_id, survivor_id, source FROM account_merges ORDER BY ALL"
        )
        return found

    def name(self, account_id: str) -> str:
        account = self.book.accounts.get(account_id)
        return account.name if account else account_id

    def item(self, text: str) -> tuple[str, str, Item | None]:
        """The kind and plain value somebody means, as `domain:acme.com`, or as it stands in the list; its item."""
        kind, _, rest = text.partition(":")
        kinds = (kind,) if rest and kind in ("domain", "name", "account") else ("domain", "name", "account")
        said = rest if len(kinds) == 1 else text
        items = {(item.kind, item.value): item for item in self.waiting()}
        meant = [(kind, plain) for kind in kinds if (plain := plain_value(kind, said))]
        for key in meant:
            if key in items:
                return *key, items[key]
        if len(kinds) == 1 and meant:
            return *meant[0], None
        if kinds != ("name",) and " " not in said and is_nobodys(said.lower()):
            raise AccountlensError(f"{said} is a host that many share; it is no company's.")
        looks = "domain" if "." in said and " " not in said and plain_value("domain", said) else "name"
        plain = plain_value(looks, said)
        if plain is None:
            raise AccountlensError(
                f"'{text}' is neither a company's domain nor its name.", mend="See the list: 'matches'."
            )
        return looks, plain, None

    def _fetch(self, sql: str) -> list[Any]:
        with duckdb.connect() as con:
            for name in (*TABLES, "accounts"):
                con.execute(f"CREATE VIEW {name} AS {self.store.relation_sql(self.snapshot.tables[name])}")
            return con.execute(sql).fetchall()
