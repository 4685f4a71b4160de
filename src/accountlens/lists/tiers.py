"""Tiers kept in the workspace: `tiers.csv` says from when on an account has which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import Account, named
from accountlens.lists.files import TIERED, Sheet, read_sheet
from accountlens.lists.memberships import Lists
from accountlens.sources.own_records import TIERS

Tiered: TypeAlias = tuple[Account, str, datetime]  # an account, its tier, and from when on


@dataclass(frozen=True)
class Tiers:
    """How many accounts that are seen have which tier by the snapshot (None: unknown).

    `pending` have another by the file here, `coming` get one on a later day.
    """

    counts: Mapping[str | None, int]
    pending: int
    coming: int


def tier_sheet(lists: Lists) -> Sheet:
    return read_sheet(lists.folder / TIERS, TIERED)


def tiers(lists: Lists, at: datetime) -> Tiers:
    """The tiers as of the snapshot, and what the file here says of `at` and of later."""
    book, told = lists.book.accounts, _told(lists, tier_sheet(lists))
    pending = coming = 0
    for account_id in told.keys() & book.keys():
        rows = told[account_id]
        now = [tier for since, _, tier in rows if since <= at]
        pending += bool(now) and now[-1] != book[account_id].tier
        coming += any(since > at for since, _, _ in rows)
    counts = Counter(account.tier for account in book.values())
    return Tiers(dict(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or ""))), pending, coming)


def set_tiers(lists: Lists, wanted: Sequence[Tiered], *, write: bool = True) -> list[str]:
    """Note tiers, each from a day on; the ids of the accounts for which that is news to the file.

    Without `write`, nothing is kept: for which it would be.
    """
    with lists.editing():
        sheet, news = tier_sheet(lists), list[str]()
        told = _told(lists, sheet)
        for account, tier, since in wanted:
            rows = told.setdefault(account.id, [])
            before = [one for one in rows if one[0] <= since]
            if before and before[-1][2] == tier:
                continue
            news.append(account.id)
            if before and before[-1][0] == since:
                place = before[-1][1]
                sheet.rows[place]["tier"] = tier
                rows.remove(before[-1])
            else:
                place = len(sheet.rows)
                sheet.rows.append({**named(account), "tier": tier, "valid_from": lists.write_instant(since)})
            rows.append((since, place, tier))
            rows.sort()
        if news and write:
            sheet.save()
    return news


def _told(lists: Lists, sheet: Sheet) -> dict[str, list[tuple[datetime, int, str]]]:
    """Account → since when, in which row of the file, which tier; in order."""
    found = dict[str, list[tuple[datetime, int, str]]]()
    for place, row in enumerate(sheet.rows):
        since = parse_instant(row["valid_from"], lists.zone, TIERS)
        found.setdefault(row["account_id"], []).append((since, place, row["tier"]))
    return {account_id: sorted(rows) for account_id, rows in found.items()}
