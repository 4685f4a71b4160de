"""Who stood on which list from when to when: what the snapshot knows from sources, and what the files here say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from accountlens.errors import AccountlensError, suggest
from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import Account, Book
from accountlens.lists.files import MEMBERS, Sheet, read_sheet
from accountlens.lists.times import write_instant
from accountlens.sources.own_records import KEPT_IN, LISTS, MEMBERSHIPS, list_file
from accountlens.store import Snapshot, Store
from accountlens.store.lock import WriterLock

TARGET = "target"
WAIT_SECONDS = 10  # for somebody else who edits
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")


@dataclass(frozen=True)
class Membership:
    """One stay on a list: from `joined` up to, not including, `left`. Times are UTC without zone."""

    account_id: str  # as resolved
    given_id: str  # as its row names the account
    group: str | None
    joined: datetime
    left: datetime | None
    place: int | None = None  # the row of the list's file here; None: a source tells of it

    def holds(self, moment: datetime) -> bool:
        return self.joined <= moment and (self.left is None or moment < self.left)


class Lists:
    """The lists of one workspace, as they will be after the next refresh.

    `seen` are the accounts of whoever looks, None for all: no other is found, shown, counted or changed.
    """

    def __init__(
        self, folder: Path, zone: str, store: Store, snapshot: Snapshot, seen: frozenset[str] | None = None
    ) -> None:
        self.folder, self.zone, self.store, self.snapshot, self.seen = folder, zone, store, snapshot, seen

    def sees(self, account_id: str) -> bool:
        return self.seen is None or account_id in self.seen

    @contextmanager
    def editing(self) -> Iterator[None]:
        """One edits at a time: files are read whole, changed and written whole."""
        with WriterLock(self.store.folder / "lists.lock").hold(WAIT_SECONDS, lambda: None):
            yield

    @cached_property
    def book(self) -> Book:
        rows = self.read("accounts", "account_id, name, domain, tier")
        return Book(Account(id_, name or id_, domain, tier) for id_, name, domain, tier in rows if self.sees(id_))

    def read(self, table: str, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
        """Rows of a table of the snapshot; none where it has no such table."""
        version = self.snapshot.tables.get(table)
        if version is None:
            return []
        with duckdb.connect() as con:
            con.execute("SET enable_progress_bar = false")
            return con.execute(f"SELECT {columns} FROM ({self.store.relation_sql(version)}) WHERE {where}").fetchall()

    @cached_property
    def published(self) -> dict[str, list[tuple[Membership, str | None]]]:
        """List → its stays in the snapshot, each with the file here that its row came from (None: a source)."""
        version = self.snapshot.tables.get(MEMBERSHIPS)
        kept = KEPT_IN if version and any(name == KEPT_IN for name, _ in version.columns) else "NULL"
        columns = f'list, account_id, account_id_given, "group", joined_at, left_at, {kept}'
        found: dict[str, list[tuple[Membership, str | None]]] = {}
        for name, account, given, group, joined, left, file in self.read(MEMBERSHIPS, columns):
            found.setdefault(name, []).append((Membership(account or given, given, group, joined, left), file))
        return found

    def names(self) -> list[str]:
        """Every list there is, here or in a source."""
        return sorted({*self.published, *(path.stem for path in (self.folder / LISTS).glob("*.csv"))})

    def require(self, name: str) -> None:
        if name not in self.names():
            mend = suggest(name, self.names()) or f"Make it with 'accountlens list create {name}'."
            raise AccountlensError(f"There is no list '{name}'.", mend=mend)

    def require_kept_here(self, name: str) -> None:
        """That it can be edited: a source may call a list what no file can be called."""
        self.require(name)
        if not NAME.fullmatch(name):
            raise AccountlensError(f"The list '{name}' can't be kept here.", mend="Edit it in its source.")

    def create(self, name: str) -> Path:
        """An empty list, kept here."""
        if not NAME.fullmatch(name):
            raise AccountlensError(f"'{name}' can't name a list.", mend="Use letters, digits, spaces, _ and -.")
        with self.editing():
            if name in self.names():
                raise AccountlensError(f"There is a list '{name}' already.")
            sheet = self.sheet(name)
            sheet.save()
        return sheet.path

    def sheet(self, name: str) -> Sheet:
        return read_sheet(list_file(self.folder, name), MEMBERS)

    def stays(self, name: str, sheet: Sheet | None = None) -> list[Membership]:
        """Every stay on a list: a row of its file here stands for a source's row of the same account and start."""
        own = list(self._own(sheet or self.sheet(name)))
        keys = {(stay.given_id, stay.joined) for stay in own}
        told = [stay for stay, file in self.published.get(name, []) if file is None]
        return [*(stay for stay in told if (stay.given_id, stay.joined) not in keys), *own]

    def _own(self, sheet: Sheet) -> Iterator[Membership]:
        for place, row in enumerate(sheet.rows):
            where = f"{LISTS}/{sheet.path.name} row {place + 1}"
            joined = parse_instant(row["joined_at"], self.zone, where)
            left = parse_instant(row["left_at"], self.zone, where) if row["left_at"] else None
            yield Membership(row["account_id"], row["account_id"], row["group"] or None, joined, left, place)

    def seen_stays(self, name: str) -> list[Membership]:
        """Those of the accounts that are seen."""
        return [stay for stay in self.stays(name) if self.sees(stay.account_id)]

    def pending(self, name: str) -> int:
        """How many rows of the list's file differ from what the snapshot has of it, of accounts that are seen."""
        path = list_file(self.folder, name)
        shown = f"{LISTS}/{path.name}"
        there = {_told(stay) for stay, file in self.published.get(name, []) if file == shown}
        here = {_told(stay) for stay in self._own(self.sheet(name))}
        return sum(self.sees(account_id) for account_id, *_ in here ^ there)

    def write_instant(self, moment: datetime) -> str:
        return write_instant(moment, self.zone)


def _told(stay: Membership) -> tuple[Any, ...]:
    return stay.given_id, stay.group, stay.joined, stay.left
