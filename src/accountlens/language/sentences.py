"""A sentence as a question: its words, what they may stand for, what they were taken for. `reader.py` reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accountlens.language import contrasts, spoken

FILLERS = frozenset(
    "the a an is was were are be been our we us my me what which how who show give tell please and or of in at for on "
    "with during over to from by per as it did do does doing has have had many much there their its where i you can "
    "get see want average mean total overall number amount level current currently now so far account company client "
    "day hour minute percent figure value all each every vs compared comparison than not".split()
)
SCOPES: Mapping[str, str] = {
    "target accounts": "target", "targets": "target", "control accounts": "control", "control group": "control",
    "customers": "customers", "non-target accounts": "non_target",
}  # fmt: skip
MANY = 8  # words of the longest phrase
NOT = (("is", "not"), ("are", "not"), ("not", "in"), ("not",), ("isn't",), ("<>",), ("!=",))
IS = (("is",), ("are",), ("=",), ("equals",), ("in",))
WITHOUT = (("excluding",), ("except", "for"), ("except",), ("without",), ("other", "than"), ("but", "not"),
           ("apart", "from"), ("outside",), ("not", "in"), ("not", "for"), ("not",))  # fmt: skip
NARROWS = ("where", "with", "for", "in", "of", "at", "and", "or", "from", "vs", "vs.", "versus", "against")
SPLITS = (["split", "by"], ["grouped", "by"], ["group", "by"], ["broken", "down", "by"], ["for", "each"], ["by"],
          ["per"], ["across"], ["which"], ["what"], ["and"])  # fmt: skip
OVER_TIME = (["over", "time"], ["trend"], ["trends"], ["history"])
# How groups are put in order: by the figure itself, or (None) by how good it is.
RANKS: Mapping[str, bool | None] = {
    "top": False, "highest": False, "biggest": False, "largest": False, "most": False,
    "bottom": True, "lowest": True, "smallest": True, "least": True, "fewest": True, "best": None, "worst": None,
}  # fmt: skip
USUAL_TOP = 10
SIGNS = frozenset(  # words that say how to read others: worth being spelt right
    word
    for words in (RANKS, spoken.WORDS, contrasts.WORDS, *SPLITS, *OVER_TIME, *WITHOUT, *map(str.split, SCOPES))
    for word in words
)


@dataclass(frozen=True)
class Meaning:
    """What a phrase stands for: a KPI (`good`: its direction), a dimension, a value of one, an account."""

    kind: str  # kpi | dimension | value | account
    value: str
    label: str
    dimension: str = ""
    good: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Phrases in plain words (`plain`) and what they may mean. For what is none of them `near` suggests what has the
    word in it or is spelt like it, `alike` only what is; `meant` is a word without its slip, or the same."""

    phrases: Mapping[str, Sequence[Meaning]]
    near: Callable[[str], Sequence[Meaning]]
    alike: Callable[[str], Sequence[Meaning]]
    meant: Callable[[str], str] = str

    def of(self, words: Sequence[str], *kinds: str) -> list[Meaning]:
        return [one for one in self.phrases.get(plain(" ".join(words)), ()) if one.kind in kinds]


@dataclass(frozen=True)
class Word:
    text: str  # in lower case, without slips
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


@dataclass(frozen=True)
class Kept:
    """A value of a dimension that rows are kept for, or left out for."""

    dimension: str
    value: str
    negated: bool = False


@dataclass
class Reading:
    """`question` is as `/query` takes it; without a KPI there is none."""

    text: str
    parts: list[Part] = field(default_factory=list)
    kpis: list[Meaning] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> dict[str, Any] | None:
        if not self.kpis:
            return None
        told: dict[str, Any] = {"kpis": list(dict.fromkeys(one.value for one in self.kpis))}
        told |= {"by": list(dict.fromkeys(self.by))} if self.by else {}
        told |= {"where": self.where} if self.kept else {}
        return told | self.said

    @property
    def filters(self) -> dict[str, list[str]]:
        """The values kept of each dimension: any of them."""
        found: dict[str, list[str]] = {}
        for one in self.kept:
            if not one.negated and one.value not in found.setdefault(one.dimension, []):
                found[one.dimension].append(one.value)
        return {name: values for name, values in found.items() if values}

    @property
    def without(self) -> str:
        """The condition on what is left out; empty: nothing is."""
        return " and ".join(f"{one.dimension} <> {_literal(one.value)}" for one in self.kept if one.negated)

    @property
    def where(self) -> str:
        kept = [_among(name, values) for name, values in self.filters.items()]
        return " and ".join([*kept, self.without] if self.without else kept)

    @property
    def unknown(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "unknown"]


def _among(dimension: str, values: Sequence[str]) -> str:
    listed = ", ".join(map(_literal, values))
    return f"{dimension} = {listed}" if len(values) == 1 else f"{dimension} in ({listed})"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def plain(text: str) -> str:
    """Words as they are compared: lower case, in the singular, nothing but letters and digits."""
    return " ".join(map(_singular, re.sub(r"[^\w]+|_", " ", text.lower()).split()))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def phrases(meanings: Iterator[tuple[str, Meaning]]) -> Mapping[str, list[Meaning]]:
    """What each phrase may mean, by its plain words."""
    found: dict[str, list[Meaning]] = {}
    for text, meaning in meanings:
        known = found.setdefault(plain(text), [])
        if meaning not in known:
            known.append(meaning)
    found.pop("", None)
    return found
