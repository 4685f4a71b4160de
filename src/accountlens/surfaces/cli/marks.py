"""Flags of an answer as small marks behind a number, with a legend that says them in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KNOWN: Mapping[str, tuple[str, str]] = {
    "partial_period": ("*", "the period is not over"),
    "immature_cohort": ("†", "the cohort is still young, the figure will move"),
    "small_sample": ("°", "a small sample"),
    "insufficient_data": ("!", "too little data to say"),
    "suppressed": ("#", "suppressed: the group is too small to be shown"),
    "unmatched_rows": ("‡", "with rows that match no account"),
    "gross_margin_not_set": ("§", "no gross margin is set: 100 % is assumed"),
    "never": ("∅", "it never happened"),
    "registered_before": ("^", "some who came had registered before the period"),
    "grown_within": ("~", "revenue more than doubled within the period: look at shorter ones"),
}
MORE = "¹²³⁴⁵⁶⁷⁸⁹"  # for flags without a mark of their own
SILENT = ("total", "subtotal")  # the table shows it otherwise

Flags = tuple[str, ...]


@dataclass(frozen=True)
class Marks:
    """The marks of one table. What all figures share is said once, what a period shares marks its name."""

    signs: Mapping[str, str] = field(default_factory=dict)
    legend: tuple[str, ...] = ()
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)  # period → flags of all its rows

    def of(self, row: Mapping[str, Any]) -> str:
        above = self.shared.get(str(row.get("period")), frozenset())
        return "".join(self.signs[flag] for flag in _flags(row) if flag in self.signs and flag not in above)

    def period(self, name: str) -> str:
        """The period's name with the marks of what holds for all its figures."""
        return name + "".join(sign for flag, sign in self.signs.items() if flag in self.shared.get(name, ()))


def marks_for(rows: Sequence[Mapping[str, Any]]) -> Marks:
    flags = list(dict.fromkeys(flag for row in rows for flag in _flags(row)))
    everywhere = _common(rows) if len(rows) > 1 else frozenset()
    extra = iter(MORE)
    signs = {flag: KNOWN[flag][0] if flag in KNOWN else next(extra, "'") for flag in flags if flag not in everywhere}
    legend = [f"{sign} {words(flag)}" for flag, sign in signs.items()]
    said_once = [f"all figures: {words(flag)}" for flag in flags if flag in everywhere]
    return Marks(signs, (*legend, *said_once), _shared(rows))


def _shared(rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The flags that all figures of a period have, where it has several and other periods stand beside it."""
    periods = defaultdict(list)
    for row in rows:
        periods[str(row["period"])].append(row)
    if len(periods) == 1:
        return {}
    return {period: _common(some) for period, some in periods.items() if len(some) > 1}


def _common(rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset.intersection(*(frozenset(_flags(row)) for row in rows))


def _flags(row: Mapping[str, Any]) -> Flags:
    return tuple(flag for flag in row.get("flags") or () if flag not in SILENT)


def words(flag: str) -> str:
    return KNOWN[flag][1] if flag in KNOWN else flag.replace("_", " ")
