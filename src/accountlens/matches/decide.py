"""Deciding who is who: a row is written into a file of the workspace, or taken out of it; the next refresh follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from accountlens.accounts.decision_files import (
    MATCHES,
    MERGES,
    Decided,
    Decision,
    Merge,
    Sheet,
    plain_value,
    read_decided,
    read_sheet,
)
from accountlens.errors import AccountlensError
from accountlens.matches.review import Item, Matches


@dataclass(frozen=True)
class Change:
    """A decision before it is written: of one value of a kind, or of two accounts that are one (`merge`)."""

    kind: str
    value: str
    account_id: str  # empty: nobody's
    accepted: bool

    @property
    def is_merge(self) -> bool:
        return self.kind == "account" and self.accepted

    def added_to(self, decided: Decided) -> Decided:
        """All decisions with this one, in the place of any other about the same value."""
        if self.is_merge:
            merges = [one for one in decided.merges if one.loser_id != self.value]
            return Decided(decided.matches, (*merges, Merge(self.value, self.account_id)))
        kept = [one for one in decided.matches if not self.replaces(one.kind, one.value, one.account_id, one.accepted)]
        decision = Decision(self.kind, self.value, self.account_id, self.accepted)
        return Decided((*kept, decision), decided.merges)

    def replaces(self, kind: str, value: str | None, account_id: str, accepted: bool) -> bool:
        """Whether an older decision cannot stand beside this one."""
        if (kind, value) != (self.kind, self.value):
            return False
        if self.accepted:
            return accepted or account_id in ("", self.account_id)
        return account_id == self.account_id or not self.account_id or (accepted and account_id == self.account_id)


def wanted(matches: Matches, text: str, account: str | None, accepted: bool) -> Change:
    """What somebody means to decide; `AccountlensError` where the value or the account can't be told."""
    kind, value, item = matches.item(text)
    if account is not None:
        account_id = matches.book.find(account).id
    elif not accepted and kind != "account":
        account_id = ""
    else:
        account_id = _only_candidate(kind, value, item)
    if kind == "account" and value == account_id:
        raise AccountlensError(f"'{value}' is that account itself.", mend="Name the other one.")
    return Change(kind, value, account_id, accepted)


def _only_candidate(kind: str, value: str, item: Item | None) -> str:
    if item is None:
        raise AccountlensError(f"Nothing waits for the {kind} '{value}'.", mend="Name the account as well.")
    if len(item.candidates) > 1:
        ids = ", ".join(f"{one.account_id} ({one.name})" for one in item.candidates)
        raise AccountlensError(f"The {kind} '{value}' may be several accounts: {ids}.", mend="Name one of them.")
    return item.candidates[0].account_id


def write(matches: Matches, change: Change, *, on: date | None = None, by: str = "", note: str = "") -> str:
    """Write a decision down; the file it stands in."""
    read_decided(matches.folder)  # a file with faults in it is not made worse
    said = {"decided_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "by": by, "note": note}
    if change.is_merge:
        _refuse_circle(matches, change)
        sheet = read_sheet(matches.folder, MERGES)
        sheet.rows = [row for row in sheet.rows if row["loser_id"] != change.value]
        merged_on = on.isoformat() if on else ""
        row = {"loser_id": change.value, "survivor_id": change.account_id, "merged_on": merged_on}
    else:
        sheet = read_sheet(matches.folder, MATCHES)
        sheet.rows = [row for row in sheet.rows if not change.replaces(*_key(row))]
        word = "accept" if change.accepted else "reject"
        row = {"kind": change.kind, "value": change.value, "account_id": change.account_id, "decision": word}
    sheet.rows.append({**row, **said})
    sheet.save()
    return sheet.path.name


def undo(matches: Matches, text: str) -> int:
    """Take back all that was decided about a value; how many rows that were."""
    kind, value, _ = matches.item(text)
    sheet = read_sheet(matches.folder, MATCHES)
    gone = _take_out(sheet, [row for row in sheet.rows if _key(row)[:2] == (kind, value)])
    if not gone:
        raise AccountlensError(f"Nothing was decided about the {kind} '{value}'.", MATCHES)
    return gone


def unmerge(matches: Matches, loser: str) -> int:
    """Let an account be one of its own again."""
    sheet = read_sheet(matches.folder, MERGES)
    gone = _take_out(sheet, [row for row in sheet.rows if row["loser_id"].lower() == loser.lower()])
    if not gone:
        by_source = any(one == loser and source != MERGES for one, _, source in matches.merged())
        mend = "Its source merges it: unmerge it there." if by_source else None
        raise AccountlensError(f"Account '{loser}' is merged into none.", MERGES, mend)
    return gone


def _take_out(sheet: Sheet, rows: list[dict[str, str]]) -> int:
    if rows:
        sheet.rows = [row for row in sheet.rows if row not in rows]
        sheet.save()
    return len(rows)


def _key(row: Mapping[str, str]) -> tuple[str, str | None, str, bool]:
    kind = row["kind"].lower()
    return kind, plain_value(kind, row["value"]), row["account_id"], row["decision"].lower() == "accept"


def _refuse_circle(matches: Matches, change: Change) -> None:
    into = {merge.loser_id: merge.survivor_id for merge in read_decided(matches.folder).merges}
    into |= {change.value: change.account_id}
    at = change.account_id
    while at in into:
        at = into[at]
        if at == change.value:
            what = f"{change.account_id} is merged into {change.value} already."
            raise AccountlensError(what, MERGES, f"Take that back first: accountlens unmerge {change.account_id}")
