"""Accounts from a CSV: by id, domain or name; every row that can't be told is named, and then nothing is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from accountlens.errors import AccountlensError
from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import WAYS, Account, Book, WhichError, refuse
from accountlens.lists.edits import Entry
from accountlens.lists.files import Table, read_csv
from accountlens.lists.tiers import Tiered

# What a column may be called, without regard to case, blanks, hyphens and underscores. `any`: whatever tells it.
WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("account_id", "id", "account id"),
    "domain": ("domain", "website", "url", "company_domain"),
    "name": ("name", "company", "account_name", "company_name"),
    "any": ("account", "accounts"),
    "group": ("group",),
    "joined": ("joined_at", "joined", "on", "since", "from", "date", "valid_from"),
    "left": ("left_at", "left", "until", "to"),
    "tier": ("tier",),
}
# By what an account is looked up; an id may stand in the place of any.
LOOKED_UP = {"id": ("id",), "domain": ("domain", "id"), "name": ("name", "id"), "any": WAYS}
HINTED, MOST_FAULTS = 100, 10_000  # of the faulty rows of a batch: told with what may be meant; told at all
GROUPS = ("target", "control")
Wanted = TypeVar("Wanted")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row (from 1), and where: the line of the text that is not blank and its cell, both from 0.

    `meant` is what could stand in the cell.
    """

    row: int
    line: int
    cell: int
    given: str
    what: str
    mend: str | None
    meant: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"row {self.row}: {self.what}" + (f" {self.mend}" if self.mend else "")


@dataclass(frozen=True)
class Batch(Generic[Wanted]):
    """What the rows of a table want, and what is wrong with the others."""

    wanted: Sequence[Wanted]
    faults: Sequence[Fault]


class _FaultyError(AccountlensError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class _Row:
    number: int
    line: int
    places: Mapping[str, int]  # meaning → cell, the first of those that mean it
    cells: Mapping[str, tuple[int, str]]  # meaning → cell and its text; of cells that are not empty

    def read(self, meaning: str, how: Callable[[str], Value], otherwise: Value) -> Value:
        """The value of a cell, `otherwise` where it is empty."""
        if meaning not in self.cells:
            return otherwise
        try:
            return how(self.cells[meaning][1])
        except AccountlensError as error:
            raise self.faulty(error, meaning) from error

    def faulty(self, error: AccountlensError, meaning: str) -> _FaultyError:
        place, given = self.cells.get(meaning, (self.places[meaning], ""))
        meant = error.meant if isinstance(error, WhichError) else ()
        return _FaultyError(Fault(self.number, self.line, place, given, error.what, error.mend, meant))

    def account(self, book: Book) -> Account:
        """The first of id, domain, name and whatever that the row gives must lead to one account."""
        way = next((way for way in LOOKED_UP if way in self.cells), None)
        if way is None:
            raise self.faulty(
                AccountlensError("It names no account."), next(way for way in LOOKED_UP if way in self.places)
            )
        return self.read(way, lambda text: book.find(text, LOOKED_UP[way]), Account("", ""))


def read_entries(file: Path, book: Book, zone: str, on: datetime, group: str | None) -> list[Entry]:
    """The accounts of a file with their dates and group; what a row doesn't say is `on` and `group`."""
    batch = entries_in(read_csv(file), book, zone, on, group, file.name)
    refuse(batch.faults, file.name)
    return list(batch.wanted)


def read_tiers(file: Path, book: Book, zone: str, on: datetime) -> list[Tiered]:
    """The accounts of a file, each with its tier and from when on."""
    batch = tiers_in(read_csv(file), book, zone, on, file.name)
    refuse(batch.faults, file.name)
    return list(batch.wanted)


def entries_in(
    table: Table, book: Book, zone: str, on: datetime, group: str | None, where: str | None = None
) -> Batch[Entry]:
    """The same of a table, with all its faults."""

    def entry(row: _Row, book: Book) -> Entry:
        account, side = row.account(book), row.read("group", _group, group)
        joined = row.read("joined", lambda text: parse_instant(text, zone), on)
        left = row.read("left", lambda text: parse_instant(text, zone), None)
        if left is not None and left < joined:
            raise row.faulty(AccountlensError("It ends before it begins."), "left")
        return Entry(account, joined, left, side)

    return _batch(_rows(table, where), book, entry)


def tiers_in(table: Table, book: Book, zone: str, on: datetime, where: str | None = None) -> Batch[Tiered]:
    """The same of a table, with all its faults."""

    def tiered(row: _Row, book: Book) -> Tiered:
        since = row.read("joined", lambda text: parse_instant(text, zone), on)
        account = row.account(book)
        if "tier" not in row.cells:
            raise row.faulty(AccountlensError("It says no tier."), "tier")
        return account, row.cells["tier"][1], since

    return _batch(_rows(table, where, required="tier"), book, tiered)


def _batch(rows: Iterator[_Row], book: Book, make: Callable[[_Row, Book], Wanted]) -> Batch[Wanted]:
    wanted, faults = list[Wanted](), list[Fault]()
    for row in rows:
        try:
            wanted.append(make(row, book))
        except _FaultyError as error:
            faults.append(error.fault)
        if len(faults) == HINTED:
            book = book.without_hints()
        if len(faults) > MOST_FAULTS:
            what = f"More than {MOST_FAULTS:,} rows cannot be taken, so the rest was not read. First: {faults[0]}"
            raise AccountlensError(what, mend="See whether the columns are the right ones.")
    return Batch(wanted, faults)


def _group(text: str) -> str | None:
    if text.lower() not in GROUPS:
        raise WhichError(f"The group '{text}' is neither target nor control.", GROUPS, None)
    return text.lower()


def _rows(table: Table, where: str | None, required: str | None = None) -> Iterator[_Row]:
    header, rows = table
    meanings = [_meaning(name) for name in header]
    headed = any(meanings) or len(header) > 1
    if not headed:  # a plain list of accounts
        meanings, rows = ["any"], [[cell.strip() for cell in header], *rows]
    if not set(LOOKED_UP) & set(meanings):
        mend = "Name one account_id, domain or name."
        raise AccountlensError(f"No column says which account is meant ({', '.join(header)}).", where, mend)
    if required and required not in meanings:
        raise AccountlensError(f"The column {required} is missing ({', '.join(header)}).", where)
    places = {meaning: place for place, meaning in reversed(list(enumerate(meanings))) if meaning}
    for number, row in enumerate(rows, start=1):
        cells = dict[str, tuple[int, str]]()
        for place, (meaning, cell) in enumerate(zip(meanings, row, strict=False)):
            if meaning and cell and meaning not in cells:
                cells[meaning] = place, cell
        yield _Row(number, number if headed else number - 1, places, cells)


def _meaning(column: str) -> str | None:
    plain = column.strip().lower().replace(" ", "_").replace("-", "_")
    return next((meaning for meaning, words in WORDS.items() if plain in words), None)
