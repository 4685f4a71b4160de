"""Every deliberate error: what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class AccountlensError(Exception):
    """A mistake a person can mend. Surfaces print it without a traceback and end with exit code 1."""

    def __init__(self, what: str, where: str | None = None, mend: str | None = None) -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return place + self.what + (f" {self.mend}" if self.mend else "")


class RowsElsewhereError(AccountlensError):
    """A question about rows that are not in the store: pages tell what else they know."""

    def __init__(self, table: str) -> None:
        self.table = table
        what = f"This needs the rows of {table}, which lie in the warehouse."
        super().__init__(what, mend="Ask it there, 'accountlens ask ... --on warehouse', or have more `figures` kept.")


@dataclass(frozen=True, order=True)
class Problem:
    """One finding of a check, with the file and line it stands in."""

    file: str
    line: int
    what: str
    mend: str = ""
    severity: str = "error"  # error | warning | note
    code: str = ""  # what kind of finding it is, the same in every version; for machines

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}" + (f" {self.mend}" if self.mend else "")


class ProblemsError(AccountlensError):
    """Several problems found at once; all of them are told."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} found:"
        super().__init__("\n  ".join([head, *map(str, self.problems)]))


def suggest(name: str, known: Iterable[str]) -> str:
    """`"Did you mean 'win_rate'?"`, or an empty text where nothing is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""
