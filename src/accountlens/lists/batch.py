"""Accounts from a CSV: by id, domain or name; every row that can't be told is named, and then nothing is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from accountlens.errors import AccountlensError
from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import Account, Book, refuse
from accountlens.lists.edits import Entry
from accountlens.lists.files import read_csv

# What a column may be called, without regard to case, blanks, hyphens and underscores.
WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("account_id", "id", "account id"),
    "domain": ("domain", "website", "url", "company_domain"),
    "name": ("name", "account", "company", "account_name", "company_name"),
    "group": ("group",),
    "joined": ("joined_at", "joined", "on", "since", "from", "date", "valid_from"),
    "left": ("left_at", "left", "until", "to"),
    "tier": ("tier",),
}
GROUPS = ("target", "control")


def read_entries(file: Path, book: Book, zone: str, on: datetime, group: str | None) -> list[Entry]:
    """The accounts of a file with their dates and group; what a row doesn't say is `on` and `group`."""
    found, faults = list[Entry](), list[str]()
    for place, row in _rows(file):
        try:
            account, side = _account(row, book), row.get("group", "").lower() or group
            if side not in (None, *GROUPS):
                raise AccountlensError(f"The group '{side}' is neither target nor control.")
            joined = parse_instant(row["joined"], zone) if row.get("joined") else on
            left = parse_instant(row["left"], zone) if row.get("left") else None
            if left is not None and left < joined:
                raise AccountlensError("It ends before it begins.")
            found.append(Entry(account, joined, left, side))
        except AccountlensError as error:
            faults.append(f"row {place}: {error}")
    refuse(faults, file.name)
    return found


def read_tiers(file: Path, book: Book, zone: str, on: datetime) -> list[tuple[Account, str, datetime]]:
    """The accounts of a file, each with its tier and from when on."""
    found, faults = list[tuple[Account, str, datetime]](), list[str]()
    for place, row in _rows(file, required="tier"):
        try:
            since = parse_instant(row["joined"], zone) if row.get("joined") else on
            found.append((_account(row, book), row["tier"], since))
        except AccountlensError as error:
            faults.append(f"row {place}: {error}")
    refuse(faults, file.name)
    return found


def _rows(file: Path, required: str | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    header, rows = read_csv(file)
    meanings = [_meaning(name) for name in header]
    if not {"id", "domain", "name"} & set(meanings):
        mend = "Name one account_id, domain or name."
        raise AccountlensError(f"No column says which account is meant ({', '.join(header)}).", file.name, mend)
    if required and required not in meanings:
        raise AccountlensError(f"The column {required} is missing ({', '.join(header)}).", file.name)
    for place, row in enumerate(rows, start=1):
        told: dict[str, str] = {}
        for meaning, cell in zip(meanings, row, strict=False):
            if meaning and not told.get(meaning):
                told[meaning] = cell
        yield place, {**dict.fromkeys(filter(None, meanings), ""), **told}


def _meaning(column: str) -> str | None:
    plain = column.strip().lower().replace(" ", "_").replace("-", "_")
    return next((meaning for meaning, words in WORDS.items() if plain in words), None)


def _account(row: Mapping[str, str], book: Book) -> Account:
    """The first of id, domain and name that a row gives must lead to one account."""
    ways: Sequence[str] = [way for way in ("id", "domain", "name") if row.get(way)]
    if not ways:
        raise AccountlensError("It names no account.")
    return book.find(row[ways[0]], (ways[0],))
