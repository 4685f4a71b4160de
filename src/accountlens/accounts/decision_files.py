"""`matches.csv` and `merges.csv` of a workspace: what people decided about who is who."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from accountlens.accounts.domains import is_nobodys, known_part, plain_host
from accountlens.accounts.names import full_key
from accountlens.errors import AccountlensError, Problem, ProblemsError, suggest

MATCHES, MERGES = "matches.csv", "merges.csv"
MATCH_COLUMNS = ("kind", "value", "account_id", "decision", "decided_at", "by", "note")
MERGE_COLUMNS = ("loser_id", "survivor_id", "merged_on", "decided_at", "by", "note")
KINDS, DECISIONS = ("domain", "name", "account"), ("accept", "reject")


@dataclass(frozen=True)
class Decision:
    """A domain or a name is this account's, or is not. A rejection without account: it is nobody's.

    Of the kind `account`, two accounts (`value` and `account_id`) are not the same company.
    """

    kind: str
    value: str
    account_id: str
    accepted: bool
    row: int = 0


@dataclass(frozen=True)
class Merge:
    """Two accounts are one since a day, or since ever: the rows of the loser count for the survivor."""

    loser_id: str
    survivor_id: str
    on: date | None = None
    row: int = 0


@dataclass(frozen=True)
class Decided:
    """All that people decided about who is who."""

    matches: tuple[Decision, ...] = ()
    merges: tuple[Merge, ...] = ()


@dataclass
class Sheet:
    """The rows of a file in its order, with the columns that somebody added."""

    path: Path
    columns: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)

    def save(self) -> None:
        """Write the file so that it is whole at every moment."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            beside.write_text(text.getvalue(), encoding="utf-8", newline="")
            beside.replace(self.path)
        except OSError as error:
            raise AccountlensError(f"The file can't be written: {error.strerror}.", str(self.path)) from error


def read_sheet(folder: Path, name: str) -> Sheet:
    """The file of this name; empty where there is none."""
    path, wanted = folder / name, MATCH_COLUMNS if name == MATCHES else MERGE_COLUMNS
    if not path.is_file():
        return Sheet(path, wanted)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise AccountlensError("The file can't be read as UTF-8 text.", name, "Save it as CSV UTF-8.") from error
    separator = max(",;\t", key=text.partition("\n")[0].count)
    header, *found = [*csv.reader(io.StringIO(text, newline=""), delimiter=separator)] or [[]]
    columns = tuple(name.strip().lower() for name in header)
    missing = [column for column in wanted[:2] if column not in columns]
    if missing:
        mend = f"Its first line must name: {', '.join(wanted)}."
        raise AccountlensError(f"There is no column '{missing[0]}'.", f"{name} row 1", mend)
    every = (*columns, *(column for column in wanted if column not in columns))
    rows = [dict.fromkeys(every, "") | dict(zip(columns, map(str.strip, row), strict=False)) for row in found]
    return Sheet(path, every, rows)


def read_decided(folder: Path) -> Decided:
    """What the two files of a workspace say."""
    return Decided(tuple(read_matches(folder)), tuple(read_merges(folder)))


def read_matches(folder: Path) -> list[Decision]:
    """`matches.csv`; `ProblemsError` names every row that can't be taken."""
    problems: list[Problem] = []
    found = [decision for row in _numbered(read_sheet(folder, MATCHES)) if (decision := _decision(*row, problems))]
    problems += _contradictions(found)
    if problems:
        raise ProblemsError(problems)
    return found


def read_merges(folder: Path) -> list[Merge]:
    """`merges.csv`; `ProblemsError` names every row that can't be taken."""
    problems: list[Problem] = []
    found = [merge for row in _numbered(read_sheet(folder, MERGES)) if (merge := _merge(*row, problems))]
    problems += _tangles(found)
    if problems:
        raise ProblemsError(problems)
    return found


def plain_value(kind: str, value: str) -> str | None:
    """A domain, a name or an id as it is kept; None where it says nothing of a company."""
    if kind == "domain":
        host = plain_host(value)
        return known_part(host, {host})
    return (full_key(value) if kind == "name" else value.strip()) or None


def _numbered(sheet: Sheet) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their number in the file, whose first line is the header; empty ones are left out."""
    return ((number, row) for number, row in enumerate(sheet.rows, 2) if any(row.values()))


def _decision(number: int, row: Mapping[str, str], problems: list[Problem]) -> Decision | None:
    kind, value, decision = row["kind"].lower(), row["value"], row["decision"].lower()
    for column, word, known in (("kind", kind, KINDS), ("decision", decision, DECISIONS)):
        if word not in known:
            mend = suggest(word, known) or f"Write one of: {', '.join(known)}."
            problems.append(Problem(MATCHES, number, f"{column} '{row[column]}' is not known.", mend))
            return None
    plain = plain_value(kind, value)
    if plain is None:
        nobodys = kind == "domain" and is_nobodys(value.lower())
        what = f"'{value}' is a host that many share." if nobodys else f"'{value}' is no {kind}."
        problems.append(Problem(MATCHES, number, what, "Take the row out."))
        return None
    if not row["account_id"] and (decision == "accept" or kind == "account"):
        problems.append(Problem(MATCHES, number, "account_id is empty.", "Say which account it is about."))
        return None
    if kind == "account" and decision == "accept":
        mend = f"Write it into {MERGES}, or say 'accountlens merge {value} {row['account_id']}'."
        problems.append(Problem(MATCHES, number, "That two accounts are one is a merge.", mend))
        return None
    return Decision(kind, plain, row["account_id"], decision == "accept", number)


def _contradictions(found: Sequence[Decision]) -> Iterator[Problem]:
    accepted: dict[tuple[str, str], Decision] = {}
    for one in found:
        if one.accepted:
            other = accepted.setdefault((one.kind, one.value), one)
            if other.account_id != one.account_id:
                what = f"The {one.kind} '{one.value}' is account {other.account_id} in row {other.row} already."
                yield Problem(MATCHES, one.row, what, "Keep one of the two rows.")
    for one in found:
        yes = accepted.get((one.kind, one.value))
        if yes and not one.accepted and one.account_id in ("", yes.account_id):
            what = f"The {one.kind} '{one.value}' is rejected here and accepted in row {yes.row}."
            yield Problem(MATCHES, one.row, what, "Keep one of the two rows.")


def _merge(number: int, row: Mapping[str, str], problems: list[Problem]) -> Merge | None:
    loser, survivor, day = row["loser_id"], row["survivor_id"], row["merged_on"]
    if not loser or not survivor or loser == survivor:
        what = "loser_id and survivor_id must name two accounts."
        problems.append(Problem(MERGES, number, what, "The rows of the loser will count for the survivor."))
        return None
    try:
        return Merge(loser, survivor, date.fromisoformat(day) if day else None, number)
    except ValueError:
        problems.append(Problem(MERGES, number, f"merged_on '{day}' is no date.", "Write it like 2026-03-01."))
        return None


def _tangles(found: Sequence[Merge]) -> Iterator[Problem]:
    into: dict[str, Merge] = {}
    for one in found:
        other = into.setdefault(one.loser_id, one)
        if other is not one:
            what = f"Account {one.loser_id} is merged in row {other.row} already, into {other.survivor_id}."
            yield Problem(MERGES, one.row, what, "Keep one of the two rows.")
    for one in into.values():
        at, seen = one.survivor_id, {one.loser_id}
        while at in into and at not in seen:
            seen.add(at)
            at = into[at].survivor_id
        if at == one.loser_id:
            yield Problem(MERGES, one.row, f"Account {one.loser_id} ends up merged into itself.", "Take a row out.")
