"""Comparisons as people say them: `compared with last year`, `q2 vs q1`, `year over year`, `growth`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from accountlens.errors import AccountlensError
from accountlens.language.periods import Period, Range, parse_range, previous, previous_year
from accountlens.language.spoken import Span, period_at

COMPARISONS: Mapping[str, str] = {
    "last year": "year-ago", "a year ago": "year-ago", "year ago": "year-ago", "the year before": "year-ago",
    "previous year": "year-ago", "the previous year": "year-ago", "prior year": "year-ago",
    "a year before": "year-ago", "a year earlier": "year-ago", "the year earlier": "year-ago",
    "same period last year": "year-ago", "the same period last year": "year-ago",
    "the period before": "previous", "period before": "previous", "previous": "previous", "the previous": "previous",
    "last": "previous", "the last": "previous", "prior": "previous", "last period": "previous", "before": "previous",
    "target": "target", "targets": "target", "the target": "target", "the targets": "target", "plan": "target",
    "goal": "target", "quota": "target",
    **{f"{word} {unit}": "previous"
       for word in ("previous", "the previous", "prior") for unit in ("period", "day", "week", "month", "quarter")},
}  # fmt: skip
AGAINST = ("compared with", "compared to", "in comparison with", "versus", "vs.", "vs", "against", "than", "over")
SHORT: Mapping[str, str] = {
    "year over year": "year-ago", "year on year": "year-ago", "yoy": "year-ago",
    "month over month": "previous", "mom": "previous", "quarter over quarter": "previous", "qoq": "previous",
    "week over week": "previous", "wow": "previous",
}  # fmt: skip
MOVES = ("growth", "change", "changes", "changed", "development", "improvement", "increase", "decrease", "decline")
WORDS = tuple({word for said in (*AGAINST, *COMPARISONS, *SHORT, *MOVES) for word in said.split()})


@dataclass(frozen=True)
class Contrast:
    """So many words compare a period with an earlier one, or with its target. `period`: the later of two that are
    named; without, the sentence says it elsewhere."""

    words: int
    value: str
    period: str | None = None


def contrast_at(words: Sequence[str], said: str | None, today: date) -> Contrast | None:
    """A comparison that the words begin with. `said` is the period asked so far."""
    for text, value in SHORT.items():
        if list(words[: text.count(" ") + 1]) == text.split():
            return Contrast(text.count(" ") + 1, value)
    for begin in AGAINST:
        length = begin.count(" ") + 1
        if list(words[:length]) == begin.split():
            return _with(begin, words[length:], length, said, today)
    return None


def _with(begin: str, rest: Sequence[str], lead: int, said: str | None, today: date) -> Contrast | None:
    known = [text for text in COMPARISONS if list(rest[: text.count(" ") + 1]) == text.split()]
    longest = max(known, key=len, default="")
    count = longest.count(" ") + 1 if longest else 0
    span = period_at(rest, today)
    if begin == "over" and "last" in rest[:2]:
        return None  # over the last year: during it
    if span and span.words > count:
        return _two(said, span, lead, today) if said else None
    if not longest:
        return None
    whole_year = said and longest in ("last", "the last") and _is_year(said, today)
    return Contrast(lead + count, "year-ago" if whole_year else COMPARISONS[longest])


def _two(said: str, other: Span, lead: int, today: date) -> Contrast | None:
    """Two periods named: the later one beside the earlier, where that is the one before it or a year before it."""
    first, second = _period(said, today), _period(other.value, today)
    if first is None or second is None:
        return None
    later, earlier, text = (first, second, None) if first.start > second.start else (second, first, other.value)
    for value, before in (("year-ago", previous_year(later)), ("previous", previous(later))):
        if before == earlier:
            return Contrast(lead + other.words, value, text)
    return None


def _is_year(text: str, today: date) -> bool:
    found = _period(text, today)
    return found is not None and (found.start.month, found.start.day) == (found.end.month, found.end.day)


def _period(text: str, today: date) -> Period | None:
    with suppress(AccountlensError):
        found: Range = parse_range(text, today)
        return Period(found.start, found.end)
    return None
