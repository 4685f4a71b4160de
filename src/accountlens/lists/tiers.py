"""Tiers kept in the workspace: `tiers.csv` says from when on an account has which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accountlens.language.instants import parse_instant
from accountlens.lists.accounts import Account, named
from accountlens.lists.files import TIERED, Sheet, read_sheet
from accountlens.lists.memberships import Lists
from accountlens.sources.own_records import TIERS


def tier_sheet(lists: Lists) -> Sheet:
    return read_sheet(lists.folder / TIERS, TIERED)


def set_tiers(lists: Lists, wanted: Sequence[tuple[Account, str, datetime]]) -> list[str]:
    """Note tiers, each from a day on; the ids of the accounts for which that is news to the file."""
    sheet, news = tier_sheet(lists), list[str]()
    for account, tier, since in wanted:
        told = sorted(
            ((parse_instant(row["valid_from"], lists.zone, TIERS), place) for place, row in enumerate(sheet.rows)
             if row["account_id"] == account.id),
        )  # fmt: skip
        before = [place for moment, place in told if moment <= since]
        if before and sheet.rows[before[-1]]["tier"] == tier:
            continue
        news.append(account.id)
        same = [place for moment, place in told if moment == since]
        if same:
            sheet.rows[same[-1]]["tier"] = tier
        else:
            sheet.rows.append({**named(account), "tier": tier, "valid_from": lists.write_instant(since)})
    if news:
        sheet.save()
    return news
