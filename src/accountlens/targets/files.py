"""Targets as CSV: written so that it can be read back; read row by row, with what is wrong with which cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accountlens.errors import AccountlensError
from accountlens.language.instants import parse_instant
from accountlens.lists.batch import Fault
from accountlens.lists.files import Table, to_csv
from accountlens.lists.times import write_instant
from accountlens.targets import kept
from accountlens.targets.book import Targets
from accountlens.targets.fitting import Neighbours, UnfitError, Wish
from accountlens.targets.target import Computed, Target, write_amount

COLUMNS = ("kpi", "scope", "name", "period", "amount", "base", "since", "note")
REQUIRED = ("kpi", "scope", "period", "amount")
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Imported:
    """What the rows want: `wanted` are news, `unchanged` stand so already; `faults` are what is wrong with others.

    `empty` rows have no amount: they are still to be filled in, and set nothing.
    """

    wanted: Sequence[Target]
    unchanged: int
    empty: int
    faults: Sequence[Fault]


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    places: Mapping[str, int]

    def wish(self, zone: str) -> Wish:
        told = self.cells
        try:
            since = parse_instant(told["since"], zone) if told.get("since") else None
        except AccountlensError as error:
            raise UnfitError("since", error) from error
        base, note = told.get("base") or None, told.get("note", "").removeprefix("'")
        return Wish(told["kpi"], told["scope"], told["period"], told["amount"], base, note, since)

    def fault(self, error: AccountlensError) -> Fault:
        part = getattr(error, "part", "kpi")
        given = self.cells.get(part, "")
        what = error.what if part in error.what else f"{part}: {error.what}"
        return Fault(self.number, self.number, self.places.get(part, 0), given, what, error.mend)


def exported(book: Targets, targets: Sequence[Target]) -> str:
    """CSV with one row a target, in the form `imported` reads back."""
    zone = book.opened.house.time_zone
    rows = [
        {
            "kpi": one.kpi,
            "scope": str(one.scope),
            "name": book.scopes.name(one.scope),
            "period": one.span.label,
            "amount": write_amount(one.amount),
            "base": one.amount.base if isinstance(one.amount, Computed) else "",
            "since": write_instant(one.since, zone),
            "note": one.note,
        }
        for one in targets
    ]
    return to_csv(COLUMNS, rows, safe=True)


def imported(book: Targets, table: Table, author: str | None) -> Imported:
    """What the rows of a CSV would set; nothing is kept. `AccountlensError` where a column is missing."""
    every = kept.versions(book.store)
    there, beside = {one.key: one for one in kept.in_force(every)}, Neighbours(every)
    wanted, faults, unchanged = dict[tuple[object, ...], Target](), list[Fault](), 0
    rows = list(_rows(table))
    filled = [row for row in rows if row.cells["amount"].strip()]
    for row in filled:
        try:
            one = book.fitting.target(row.wish(book.opened.house.time_zone), author)
            if one.key in wanted:
                raise UnfitError("period", AccountlensError(f"Another row sets the target for {one}, too."))
            _check_since(one, there.get(one.key))
            beside.take(one, book.kpi(one))
        except AccountlensError as error:
            faults.append(row.fault(error))
            continue
        if one.key in there and _same(one, there[one.key]):
            unchanged += 1
        else:
            wanted[one.key] = one
    return Imported(list(wanted.values()), unchanged, len(rows) - len(filled), faults)


def _same(one: Target, other: Target) -> bool:
    return (one.amount, one.note) == (other.amount, other.note)


def _check_since(one: Target, last: Target | None) -> None:
    if last is not None and one.since < last.since and not _same(one, last):
        what = f"It was set anew on {last.since:%Y-%m-%d}, after {one.since:%Y-%m-%d}."
        raise UnfitError("since", AccountlensError(what, mend="Give a later day, or none."))


def _rows(table: Table) -> Iterator[_Row]:
    header, rows = table
    names = [name.strip().lower() for name in header]
    if lacking := [name for name in REQUIRED if name not in names]:
        mend = f"The first line must name the columns: {','.join(COLUMNS)}."
        raise AccountlensError(f"The column {lacking[0]} is missing ({', '.join(header)}).", mend=mend)
    if len(rows) > MOST_ROWS:
        raise AccountlensError(f"{len(rows):,} rows are more than {MOST_ROWS:,}.", mend="Import them in parts.")
    places = {name: at for at, name in reversed(list(enumerate(names)))}
    for number, row in enumerate(rows, start=1):
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        yield _Row(number, cells, places)
