"""Reads a sentence from left to right, at each place the longest phrase that means something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from accountlens.language.contrasts import MOVES, contrast_at
from accountlens.language.sentences import (
    FILLERS,
    IS,
    MANY,
    NARROWS,
    NOT,
    OVER_TIME,
    RANKS,
    SCOPES,
    SPLITS,
    USUAL_TOP,
    WITHOUT,
    Kept,
    Meaning,
    Part,
    Reading,
    Vocabulary,
    Word,
    plain,
)
from accountlens.language.spoken import grain_at, period_at, since_at

TREND = "last-12-months"
BOUNDS = ("until", "till", "before", "after")  # of a span with no other end
VERSUS = ("vs", "vs.", "versus", "against")
ACCOUNTS = Meaning("dimension", "account_id", "account")


def read_sentence(text: str, vocabulary: Vocabulary, today: date) -> Reading:
    """What it asks. `today` is the first day that is not over, by which `march` and `q2` are found."""
    found = re.finditer(r"[^\s,;?!\"]+|[=<>!]+", text)
    words = [Word(vocabulary.meant(re.sub(r"['’]s$", "", one[0].lower())), one.start(), one.end()) for one in found]
    return _Reader(text, words, vocabulary, today).read()


class _Reader:
    def __init__(self, text: str, words: Sequence[Word], vocabulary: Vocabulary, today: date) -> None:
        self.words, self.vocabulary, self.today = words, vocabulary, today
        self.found = Reading(text)
        self.of_period: str | None = None  # the grain that goes with the period

    def read(self) -> Reading:
        at = 0
        while at < len(self.words):
            at += self._step(at, [word.text for word in self.words[at:]])
        if self.of_period:
            self.found.said.setdefault("grain", self.of_period)
        if "top" in self.found.said:
            self._rank()
        return self.found

    def _rank(self) -> None:
        """Which end of the order is meant, and what is put in order; told in the part that asks it."""
        said, parts = self.found.said, self.found.parts
        place, asked = next((place, part) for place, part in enumerate(parts) if part.kind == "top")
        good = self.found.kpis[0].good if self.found.kpis else ""
        lowest = RANKS[asked.value]
        if lowest is None:
            lowest = (asked.value == "worst") != (good == "down")
        if lowest:
            said["lowest"] = True
        split = asked.label or (ACCOUNTS.label if not self.found.by else "")
        self.found.by = self.found.by or [ACCOUNTS.value]
        label = f"{'lowest' if lowest else 'highest'} {said['top']}" + (f" by {split}" if split else "")
        parts[place] = replace(asked, value=str(said["top"]), label=label)

    def _step(self, at: int, rest: Sequence[str]) -> int:
        """Take the words at a place for something; how many."""
        for take in (self._compared, self._period, self._top, self._split, self._filtered, self._phrase, self._moved):
            if taken := take(at, rest):
                return taken
        if plain(rest[0]) in FILLERS or rest[0] in FILLERS or not plain(rest[0]):
            return self._note(at, 1, "filler")
        return self._unknown(at, rest)

    def _unknown(self, at: int, rest: Sequence[str]) -> int:
        """A word that means nothing; two, where something is spelt like both."""
        if len(rest) > 1 and plain(rest[1]) not in FILLERS and (both := self.vocabulary.alike(" ".join(rest[:2]))):
            return self._note(at, 2, "unknown", other=both)
        return self._note(at, 1, "unknown", other=self.vocabulary.near(rest[0]))

    def _note(self, at: int, count: int, kind: str, value: str = "", label: str = "", other: Any = ()) -> int:
        first, last = self.words[at], self.words[at + count - 1]
        words = self.found.text[first.start : last.end]
        self.found.parts.append(Part(words, first.start, last.end, kind, value, label, tuple(other)))
        return count

    def _compared(self, at: int, rest: Sequence[str]) -> int:
        found = contrast_at(rest, self.found.said.get("period"), self.today)
        if found is None:
            return self._not_period(at, rest)
        self.found.said["compare"] = [found.value]
        if found.period:
            self.found.said["period"] = found.period
        return self._note(at, found.words, "compare", found.value)

    def _not_period(self, at: int, rest: Sequence[str]) -> int:
        """`until June`; `vs Q1` where that is neither the period before nor a year before: no part is understood."""
        lead = rest[0] in BOUNDS or (rest[0] in VERSUS and "period" in self.found.said)
        span = period_at(rest[1:], self.today) if lead else None
        return self._note(at, 1 + span.words, "unknown") if span else 0

    def _moved(self, at: int, rest: Sequence[str]) -> int:
        """`growth`, `change`: beside the period before; `trend`: month by month."""
        for words in OVER_TIME:
            if list(rest[: len(words)]) == words:
                self.of_period = self.of_period or "month"
                self.found.said.setdefault("period", TREND)
                return self._note(at, len(words), "grain", self.of_period)
        if rest[0] not in MOVES:
            return 0
        self.found.said.setdefault("compare", ["previous"])
        return self._note(at, 1, "compare", self.found.said["compare"][0])

    def _period(self, at: int, rest: Sequence[str]) -> int:
        if grain := grain_at(rest):
            self.found.said["grain"] = grain.value
            return self._note(at, grain.words, "grain", grain.value)
        lead = 1 if rest[0] in ("in", "during", "over", "for", "of", "at") else 0
        span = since_at(rest, self.today) or period_at(rest[lead:], self.today)
        if span is None or self._names_more(rest[lead:], span.words) or "period" in self.found.said:
            return 0
        lead = 0 if rest[0] == "since" else lead
        self.found.said["period"] = span.value
        self.of_period = span.grain
        return self._note(at, lead + span.words, "period", span.value)

    def _names_more(self, rest: Sequence[str], than: int) -> bool:
        """Whether a name is longer than what else the words could be: `May Industries`."""
        found = self._longest(rest, "kpi", "value", "account")
        return found is not None and found[0] > than

    def _top(self, at: int, rest: Sequence[str]) -> int:
        """`top 10 accounts by mrr`, `5 worst industries`, `biggest customers`, `the highest`."""
        before = 1 if len(rest) > 1 and rest[0].isdigit() else 0
        if rest[before] not in RANKS or self._names_more(rest, 1 + before):
            return 0
        number = rest[0] if before else next((one for one in rest[1:2] if one.isdigit()), None)
        taken = 2 if number else 1
        self.found.said["top"] = (
            max(1, min(int(number[:5]), 10_000)) if number else self.found.said.get("top", USUAL_TOP)
        )
        found = self._longest(rest[taken:], "dimension")
        if found and not self._names_more(rest[taken:], found[0]):
            self.found.by.append(found[1].value)
            taken += found[0]
        taken += 1 if rest[taken : taken + 1] == ["by"] and number else 0
        return self._note(at, taken, "top", rest[before], found[1].label if found else "")

    def _split(self, at: int, rest: Sequence[str]) -> int:
        """`by tier`, `per owner`, `for each region and tier`, `which industries`."""
        for lead in SPLITS:
            follows = lead != ["and"] or (self.found.parts and self.found.parts[-1].kind == "by")
            if list(rest[: len(lead)]) == lead and follows:
                found = self._longest(rest[len(lead) :], "dimension")
                if found and not self._names_more(rest[len(lead) :], found[0]):
                    self.found.by.append(found[1].value)
                    return self._note(at, len(lead) + found[0], "by", found[1].value, found[1].label)
        return 0

    def _filtered(self, at: int, rest: Sequence[str]) -> int:
        """`where industry is retail`, `tier A`, `for retail`, `of Acme`, `without tier C`, `tier A vs tier B`."""
        out = next((len(one) for one in WITHOUT if tuple(rest[: len(one)]) == one), 0)
        lead = out or (1 if rest[0] in NARROWS else 0)
        named = self._longest(rest[lead:], "dimension")
        if named and (taken := self._value_of(at, rest, lead + named[0], named[1], negated=out > 0)):
            return taken
        found = self._longest(rest[lead:], "value", "account")
        if found is None or (not lead and len(plain(rest[0])) < 2):
            return 0
        count, meaning = found
        alike = self.vocabulary.of(rest[lead : lead + count], "value", "account", "kpi")
        if any(one.kind == "kpi" for one in alike) or self._kpi_is_longer(rest[lead:], count):
            return 0
        after = self._longest(rest[lead + count :], "dimension")
        own = after[0] if after and after[1].value == meaning.dimension else 0  # "the DACH region"
        return self._narrow(at, lead + count + own, meaning, negated=out > 0, other=alike[1:])

    def _kpi_is_longer(self, rest: Sequence[str], than: int) -> bool:
        found = self._longest(rest, "kpi")
        return found is not None and found[0] > than

    def _value_of(self, at: int, rest: Sequence[str], begin: int, dimension: Meaning, *, negated: bool) -> int:
        at_value = begin
        for signs, is_not in ((NOT, True), (IS, False)):
            sign = next((one for one in signs if tuple(rest[begin : begin + len(one)]) == one), None)
            if sign:
                negated, at_value = is_not, begin + len(sign)
                break
        for count in range(min(MANY, len(rest) - at_value), 0, -1):
            for one in self.vocabulary.of(rest[at_value : at_value + count], "value", "account"):
                if one.dimension == dimension.value:
                    return self._narrow(at, at_value + count, one, negated=negated, other=())
        return 0

    def _narrow(self, at: int, count: int, meaning: Meaning, *, negated: bool, other: Sequence[Meaning]) -> int:
        kept = Kept(meaning.dimension, meaning.value, negated)
        if self.words[at].text in VERSUS:  # the one beside the other
            self.found.by.append(meaning.dimension)
        self.found.kept.append(kept)
        said = Reading("", kept=[kept]).where
        return self._note(at, count, "where", said, f"not {meaning.label}" if negated else meaning.label, other)

    def _phrase(self, at: int, rest: Sequence[str]) -> int:
        """A KPI, or whose accounts are meant; the longer of the two."""
        found = self._longest(rest, "kpi")
        lead = 1 if rest[0] in ("for", "of", "at", "among") else 0
        for said, scope in SCOPES.items():
            length = said.count(" ") + 1
            if list(rest[lead : lead + length]) == said.split() and (found is None or found[0] < lead + length):
                self.found.said["scope"] = scope
                return self._note(at, lead + length, "scope", scope, said)
        if found is None:
            return 0
        self.found.kpis.append(found[1])
        words = rest[: found[0]]
        whole = plain(" ".join(words)) in (plain(found[1].label), plain(found[1].value))
        near = self.vocabulary.of(words, "kpi") if whole else [*self.vocabulary.of(words, "kpi"), *self._nearby(words)]
        others = dict.fromkeys(one for one in near if one != found[1])
        return self._note(at, found[0], "kpi", found[1].value, found[1].label, others)

    def _nearby(self, words: Sequence[str]) -> list[Meaning]:
        """What else a word people say for a KPI may mean: `churn`."""
        return [one for one in self.vocabulary.near(" ".join(words)) if one.kind == "kpi"]

    def _longest(self, rest: Sequence[str], *kinds: str) -> tuple[int, Meaning] | None:
        for count in range(min(MANY, len(rest)), 0, -1):
            if meanings := self.vocabulary.of(rest[:count], *kinds):
                return count, meanings[0]
        return None
