"""A sentence read as a question: `win rate by tier last 4 quarters`. Words that are not understood are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accountlens.language.spoken import Span, comparison_at, grain_at, period_at

FILLERS = frozenset(
    "the a an is was were are be our we us my me what which how show give tell please and of in at for on with during "
    "over to from by per as it did do does has have had many much there their its where".split()
)
SCOPES: Mapping[str, str] = {
    "target accounts": "target", "targets": "target", "control accounts": "control", "control group": "control",
    "customers": "customers", "non-target accounts": "non_target",
}  # fmt: skip
MANY = 8  # words of the longest phrase
NOT = (("is", "not"), ("are", "not"), ("not",), ("isn't",), ("<>",), ("!=",))
IS = (("is",), ("are",), ("=",), ("equals",), ("in",))


@dataclass(frozen=True)
class Meaning:
    """What a phrase stands for: a KPI, a dimension, a value of one, an account."""

    kind: str  # kpi | dimension | value | account
    value: str
    label: str
    dimension: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Phrases in plain words (`plain`) and what they may mean. For what is none of them `near` suggests what has the
    word in it or is spelt like it, `alike` only what is."""

    phrases: Mapping[str, Sequence[Meaning]]
    near: Callable[[str], Sequence[Meaning]]
    alike: Callable[[str], Sequence[Meaning]]

    def of(self, words: Sequence[str], *kinds: str) -> list[Meaning]:
        return [one for one in self.phrases.get(plain(" ".join(words)), ()) if one.kind in kinds]


@dataclass(frozen=True)
class Word:
    text: str  # in lower case
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """Some words of the sentence, where they stand, and what they were taken for."""

    words: str
    start: int
    end: int
    kind: str  # kpi | by | period | grain | compare | where | scope | top | filler | unknown
    value: str = ""
    label: str = ""
    other: tuple[Meaning, ...] = ()  # what else it may mean, or what may have been meant


@dataclass
class Reading:
    """`question` is as `/query` takes it; without a KPI there is none."""

    text: str
    parts: list[Part] = field(default_factory=list)
    kpis: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> dict[str, Any] | None:
        if not self.kpis:
            return None
        told: dict[str, Any] = {"kpis": list(dict.fromkeys(self.kpis))}
        told |= {"by": list(dict.fromkeys(self.by))} if self.by else {}
        told |= {"where": " and ".join(self.where)} if self.where else {}
        return told | {name: value for name, value in self.said.items() if name != "of_period"}

    @property
    def unknown(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "unknown"]


def plain(text: str) -> str:
    """Words as they are compared: lower case, in the singular, nothing but letters and digits."""
    return " ".join(map(_singular, re.sub(r"[^\w]+|_", " ", text.lower()).split()))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def read_sentence(text: str, vocabulary: Vocabulary) -> Reading:
    """Read it from left to right, at each place the longest phrase that means something."""
    words = [Word(found[0].lower(), found.start(), found.end()) for found in re.finditer(r"[^\s,;?!\"]+|[=<>!]+", text)]
    return _Reader(text, words, vocabulary).read()


class _Reader:
    def __init__(self, text: str, words: Sequence[Word], vocabulary: Vocabulary) -> None:
        self.words, self.vocabulary = words, vocabulary
        self.found = Reading(text)

    def read(self) -> Reading:
        at = 0
        while at < len(self.words):
            at += self._step(at, [word.text for word in self.words[at:]])
        grain = self.found.said.pop("of_period", None)
        if grain and "grain" not in self.found.said:
            self.found.said["grain"] = grain
        return self.found

    def _step(self, at: int, rest: Sequence[str]) -> int:
        """Take the words at a place for something; how many."""
        for take in (self._compared, self._period, self._top, self._split, self._filtered, self._phrase):
            if taken := take(at, rest):
                return taken
        if plain(rest[0]) in FILLERS or rest[0] in FILLERS:
            self._note(at, 1, "filler")
        else:
            return self._unknown(at, rest)
        return 1

    def _unknown(self, at: int, rest: Sequence[str]) -> int:
        """A word that means nothing; two, where something is spelt like both."""
        if len(rest) > 1 and plain(rest[1]) not in FILLERS and (both := self.vocabulary.alike(" ".join(rest[:2]))):
            return self._note(at, 2, "unknown", other=both)
        return self._note(at, 1, "unknown", other=self.vocabulary.near(rest[0]))

    def _note(self, at: int, count: int, kind: str, value: str = "", label: str = "", other: Any = ()) -> int:
        first, last = self.words[at], self.words[at + count - 1]
        words = self.found.text[first.start : last.end]
        self.found.parts.append(Part(words, first.start, last.end, kind, value, label or value, tuple(other)))
        return count

    def _compared(self, at: int, rest: Sequence[str]) -> int:
        span = comparison_at(rest)
        if span is None:
            return 0
        self.found.said["compare"] = [span.value]
        return self._note(at, span.words, "compare", span.value)

    def _period(self, at: int, rest: Sequence[str]) -> int:
        grain = grain_at(rest)
        if grain:
            self.found.said["grain"] = grain.value
            return self._note(at, grain.words, "grain", grain.value)
        lead = 1 if rest[0] in ("in", "during", "over", "for", "since") else 0
        span: Span | None = period_at(rest[lead:])
        if span is None:
            return 0
        value = f"{span.value}..today" if rest[0] == "since" else span.value
        self.found.said["period"] = value
        if span.grain:
            self.found.said["of_period"] = span.grain
        return self._note(at, lead + span.words, "period", value)

    def _top(self, at: int, rest: Sequence[str]) -> int:
        """`top 10 accounts by mrr`, `worst 5 industries`."""
        lowest = rest[0] in ("bottom", "worst", "lowest")
        if not (lowest or rest[0] in ("top", "best", "highest")) or len(rest) < 2 or not rest[1].isdigit():
            return 0
        self.found.said["top"] = max(1, min(int(rest[1][:5]), 10_000))
        if lowest:
            self.found.said["lowest"] = True
        found = self._longest(rest[2:], "dimension")
        count, meaning = found or (0, Meaning("dimension", "account_id", "account"))
        self.found.by.append(meaning.value)
        taken = 2 + count
        if found is None and rest[2:3] in (["accounts"], ["account"]):
            taken += 1
        taken += 1 if rest[taken : taken + 1] == ["by"] else 0
        return self._note(at, taken, "top", str(self.found.said["top"]), meaning.label)

    def _split(self, at: int, rest: Sequence[str]) -> int:
        """`by tier`, `per owner`, `for each region and tier`."""
        for lead in (["split", "by"], ["for", "each"], ["by"], ["per"], ["across"], ["and"]):
            follows = lead != ["and"] or (self.found.parts and self.found.parts[-1].kind == "by")
            if list(rest[: len(lead)]) == lead and follows:
                found = self._longest(rest[len(lead) :], "dimension")
                if found:
                    self.found.by.append(found[1].value)
                    return self._note(at, len(lead) + found[0], "by", found[1].value, found[1].label)
        return 0

    def _filtered(self, at: int, rest: Sequence[str]) -> int:
        """`where industry is retail`, `tier A`, `for retail`, `of Acme`."""
        lead = 1 if rest[0] in ("where", "with", "for", "in", "of", "at", "and", "from") else 0
        named = self._longest(rest[lead:], "dimension")
        if named and (taken := self._value_of(at, rest, lead + named[0], named[1])):
            return taken
        found = self._longest(rest[lead:], "value", "account")
        if found is None or (not lead and len(plain(rest[0])) < 2):
            return 0
        count, meaning = found
        alike = self.vocabulary.of(rest[lead : lead + count], "value", "account", "kpi")
        if any(one.kind == "kpi" for one in alike):
            return 0
        return self._narrow(at, lead + count, meaning, negated=False, other=alike[1:])

    def _value_of(self, at: int, rest: Sequence[str], begin: int, dimension: Meaning) -> int:
        negated, at_value = False, begin
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
        sign = "<>" if negated else "="
        text = meaning.value.replace("'", "''")
        self.found.where.append(f"{meaning.dimension} {sign} '{text}'")
        return self._note(at, count, "where", self.found.where[-1], meaning.label, other)

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
        self.found.kpis.append(found[1].value)
        others = [one for one in self.vocabulary.of(rest[: found[0]], "kpi") if one != found[1]]
        return self._note(at, found[0], "kpi", found[1].value, found[1].label, others)

    def _longest(self, rest: Sequence[str], *kinds: str) -> tuple[int, Meaning] | None:
        for count in range(min(MANY, len(rest)), 0, -1):
            if meanings := self.vocabulary.of(rest[:count], *kinds):
                return count, meanings[0]
        return None


def phrases(meanings: Iterator[tuple[str, Meaning]]) -> Mapping[str, list[Meaning]]:
    """What each phrase may mean, by its plain words."""
    found: dict[str, list[Meaning]] = {}
    for text, meaning in meanings:
        known = found.setdefault(plain(text), [])
        if meaning not in known:
            known.append(meaning)
    found.pop("", None)
    return found
