"""What lists there are: who stands on them, and who came and went in a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accountlens.lists.memberships import TARGET, Lists
from accountlens.sources.own_records import LISTS, list_file


@dataclass(frozen=True)
class Standing:
    """One list at a moment, and what happened to it in a period."""

    name: str
    members: int
    control: int  # of the members; measured against, not worked on
    joined: int
    left: int
    coming: int  # accounts that join later
    kept_in: str  # its file here, `a source`, or both
    pending: int  # rows of its file that the next refresh will change


def overview(lists: Lists, at: datetime, start: datetime, end: datetime) -> list[Standing]:
    """Every list as of `at`; joined and left count accounts within [start, end)."""
    return [_standing(lists, name, at, start, end) for name in lists.names()]


def _standing(lists: Lists, name: str, at: datetime, start: datetime, end: datetime) -> Standing:
    stays = lists.seen_stays(name)
    members = {stay.account_id: stay for stay in stays if stay.holds(at)}
    own = list_file(lists.folder, name)
    places = [f"{LISTS}/{own.name}"] if own.is_file() else []
    if any(stay.place is None for stay in stays) or not places:
        places.append("a source")
    return Standing(
        name,
        len(members),
        sum(stay.group == "control" for stay in members.values()) if name == TARGET else 0,
        len({stay.account_id for stay in stays if start <= stay.joined < end}),
        len({stay.account_id for stay in stays if stay.left is not None and start <= stay.left < end}),
        len({stay.account_id for stay in stays if stay.joined > at}),
        " and ".join(places),
        lists.pending(name),
    )


def members_on(lists: Lists, name: str, at: datetime) -> list[dict[str, object]]:
    """The members of a list at a moment, by name: account_id, name, domain, tier, group, joined_at, left_at."""
    lists.require(name)
    found = dict[str, dict[str, object]]()
    for stay in lists.seen_stays(name):
        if stay.holds(at):
            account = lists.book.accounts.get(stay.account_id)
            found[stay.account_id] = {
                "account_id": stay.account_id,
                "name": account.name if account else None,
                "domain": account.domain if account else None,
                "tier": account.tier if account else None,
                "group": stay.group,
                "joined_at": stay.joined,
                "left_at": stay.left,
            }
    return sorted(found.values(), key=lambda row: (str(row["name"] or "").lower(), str(row["account_id"])))
