"""Joining and leaving lists: the file of a list is changed, its past stays as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accountlens.lists.accounts import Account, named
from accountlens.lists.files import Sheet
from accountlens.lists.memberships import TARGET, Lists, Membership


@dataclass(frozen=True)
class Entry:
    """An account that is to stand on a list from a day on, up to another."""

    account: Account
    joined: datetime
    left: datetime | None = None
    group: str | None = None


@dataclass(frozen=True)
class Edited:
    """What became of a list: accounts that came, went, changed their group, and those already as wanted."""

    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def add(
    lists: Lists, name: str, entries: Sequence[Entry], *, replace_on: datetime | None = None, write: bool = True
) -> Edited:
    """Put accounts on a list. With `replace_on`, all others that are seen leave it on that day.

    Without `write`, nothing is kept: what would become of them.
    """
    lists.require_kept_here(name)
    with lists.editing():
        sheet = lists.sheet(name)
        fates: dict[str, list[str]] = {"joined": [], "left": [], "moved": [], "unchanged": []}
        stays, named = _by_account(lists, name, sheet), Counter(entry.account.id for entry in entries)
        for entry in entries:
            fate = _join(lists, name, sheet, entry, stays.get(entry.account.id, []))
            fates[fate].append(entry.account.id)
            if fate != "unchanged" and named[entry.account.id] > 1:
                stays = _by_account(lists, name, sheet)  # what was written for it counts at once
        if replace_on is not None:
            others = [one for one in stays if one not in named and lists.sees(one)]
            here = [one for one in others if any(stay.holds(replace_on) for stay in stays[one])]
            for account_id in here:
                _leave(lists, sheet, account_id, stays[account_id], replace_on)
            fates["left"] += here
            sheet.rows = [row for row in sheet.rows if row.get("account_id")]
        if write:
            sheet.save()
    return Edited(**{fate: tuple(ids) for fate, ids in fates.items()})


def remove(lists: Lists, name: str, accounts: Sequence[Account], on: datetime) -> Edited:
    """Take accounts off a list from a day on."""
    lists.require_kept_here(name)
    with lists.editing():
        sheet, left, unchanged = lists.sheet(name), list[str](), list[str]()
        stays = _by_account(lists, name, sheet)
        for account in accounts:
            gone = _leave(lists, sheet, account.id, stays.get(account.id, []), on)
            (left if gone else unchanged).append(account.id)
        sheet.rows = [row for row in sheet.rows if row.get("account_id")]
        sheet.save()
    return Edited(left=tuple(left), unchanged=tuple(unchanged))


def _by_account(lists: Lists, name: str, sheet: Sheet) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for stay in sorted(lists.stays(name, sheet), key=lambda stay: stay.joined):
        found.setdefault(stay.account_id, []).append(stay)
    return found


def _join(lists: Lists, name: str, sheet: Sheet, entry: Entry, stays: Sequence[Membership]) -> str:
    """What became of it: joined, moved (to another group) or unchanged."""
    here = next((stay for stay in stays if stay.holds(entry.joined)), None)
    if here is not None:
        same = _side(name, here.group) == _side(name, entry.group) or entry.group is None
        if same and entry.left in (None, here.left):
            return "unchanged"
        if same:
            _end(lists, sheet, here, entry.left)
            return "joined"
        _end(lists, sheet, here, entry.joined)
    later = min((stay.joined for stay in stays if stay.joined > entry.joined), default=None)
    ends = [moment for moment in (entry.left, later, here.left if here else None) if moment is not None]
    _write(lists, sheet, entry, min(ends, default=None))
    return "moved" if here is not None else "joined"


def _side(name: str, group: str | None) -> str | None:
    """On the target list, no group is the group target."""
    return group or (TARGET if name == TARGET else None)


def _leave(lists: Lists, sheet: Sheet, account_id: str, stays: Sequence[Membership], on: datetime) -> bool:
    here = [stay for stay in stays if stay.holds(on)]
    for stay in here:
        if stay.joined == on and stay.place is not None:
            sheet.rows[stay.place]["account_id"] = ""  # it never was there
        else:
            _end(lists, sheet, stay, on)
    return bool(here)


def _end(lists: Lists, sheet: Sheet, stay: Membership, left: datetime | None) -> None:
    """End a stay; a source's one by a row here that stands for it."""
    until = lists.write_instant(left) if left else ""
    if stay.place is not None:
        sheet.rows[stay.place]["left_at"] = until
        return
    account = lists.book.accounts.get(stay.account_id)
    row = {"account_id": stay.given_id, "group": stay.group or "", "joined_at": lists.write_instant(stay.joined)}
    sheet.rows.append({**row, "name": named(account)["name"] if account else "", "left_at": until})


def _write(lists: Lists, sheet: Sheet, entry: Entry, left: datetime | None) -> None:
    row = {**named(entry.account), "group": entry.group or "", "joined_at": lists.write_instant(entry.joined)}
    sheet.rows.append({**row, "left_at": lists.write_instant(left) if left else ""})
