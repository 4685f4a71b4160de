"""The words of a workspace: its KPIs, dimensions, values of attributes and accounts, for sentences to be read by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from accountlens.catalog.catalog import Catalog
from accountlens.engine.dimensions import dimensions_of
from accountlens.language.sentences import FILLERS, SIGNS, Meaning, Vocabulary, phrases, plain
from accountlens.language.spelling import meant_by
from accountlens.pages.account_columns import STAGE
from accountlens.pages.accounts import AccountsTable

MOST_VALUES = 400  # of an attribute whose values are words of a sentence
NEAR = 6  # suggestions for a word
ALIKE = 0.7  # how much of two spellings is the same
LEAST = 3  # letters of a word that stands for more than it says
KEPT = 2_000  # words whose spelling was looked at
USUAL = ("tier", "segment", "industry", "region", "country", "owner_id")  # of two that share a value the first
NO_VALUES = frozenset({"account_id", "name", "domain", STAGE})
SAID = {  # what people say → a dimension
    "account manager": "owner_id", "owner": "owner_id", "rep": "owner_id", "sales rep": "owner_id",
    "salesperson": "owner_id", "seller": "owner_id", "am": "owner_id", "kam": "owner_id", "account": "account_id",
    "customer": "account_id", "company": "account_id", "client": "account_id", "sector": "industry",
    "vertical": "industry", "market": "region",
}  # fmt: skip


def vocabulary(catalog: Catalog, table: AccountsTable | None) -> Vocabulary:
    """Of what somebody sees: names of accounts he does not see are no words. Without accounts there are none."""
    known = phrases(_meanings(catalog, table))
    suggestions = _Suggestions(known)
    return Vocabulary(known, suggestions.near, suggestions.alike, suggestions.meant)


def _meanings(catalog: Catalog, table: AccountsTable | None) -> Iterator[tuple[str, Meaning]]:
    yield from _kpis(catalog)
    names = dict.fromkeys(name for fact in catalog.facts.values() for name in dimensions_of(catalog, fact))
    for text, name in SAID.items():
        if name in names:
            yield text, Meaning("dimension", name, text)
    for name in names:
        meaning = Meaning("dimension", name, name.removesuffix("_id").replace("_", " "))
        yield name, meaning
        yield meaning.label, meaning
    if table is not None:
        yield from _values(table)
        yield from _accounts(table)


def _kpis(catalog: Catalog) -> Iterator[tuple[str, Meaning]]:
    """By name and label, then by what else people say."""
    meanings = [(kpi, Meaning("kpi", kpi.name, kpi.label, good=kpi.good)) for kpi in catalog.kpis.values()]
    for kpi, meaning in meanings:
        yield from ((text, meaning) for text in (kpi.name, kpi.label))
    for kpi, meaning in meanings:
        yield from ((text, meaning) for text in kpi.also)


def _values(table: AccountsTable) -> Iterator[tuple[str, Meaning]]:
    """Of attributes with few values; of people, their names."""
    refers = table.catalog.facts["accounts"].references
    texts = [
        name
        for name, kind in table.attributes.items()
        if kind == "VARCHAR" and name not in NO_VALUES and refers.get(name) != "accounts"
    ]
    for name in sorted(texts, key=lambda one: (USUAL.index(one) if one in USUAL else len(USUAL), one)):
        column = table.attribute(name)
        values = sorted({str(one) for one in column.values.tolist() if one is not None})
        if name not in USUAL and len(values) > MOST_VALUES:
            continue  # as many as there are accounts: it tells them apart, and groups nothing
        labels = {value: column.names.get(value, value) for value in values[:MOST_VALUES]}
        for value, label in labels.items():
            yield label, Meaning("value", value, label, name)
        for value, part in _told_apart(labels.items()) if column.names else ():
            yield part, Meaning("value", value, labels[value], name)


def _accounts(table: AccountsTable) -> Iterator[tuple[str, Meaning]]:
    """By id, by name, and by how a name begins where only one does so."""
    ids, names = table.ids.tolist(), table.attribute("name").values.tolist()
    begins = Counter(begin for name in names for begin in _beginnings(name))
    for account, name in zip(ids, names, strict=True):
        meaning = Meaning("account", account, name or account, "account_id")
        yield account, meaning
        if name:
            yield name, meaning
            yield from ((begin, meaning) for begin in _beginnings(name) if begins[begin] == 1)


def _beginnings(name: str | None) -> list[str]:
    """The first word of a name, its first two …; short of the whole."""
    words = plain(name or "").split()
    found = (" ".join(words[:count]) for count in range(1, max(2, len(words))))
    return [one for one in found if len(one) >= LEAST]


def _told_apart(labels: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """First and last names that only one person has."""
    parts = [(value, part) for value, label in labels for part in set(plain(label).split()) if len(part) >= LEAST]
    often = Counter(part for _, part in parts)
    return [(value, part) for value, part in parts if often[part] == 1]


class _Suggestions:
    """What is meant by words that are no phrase. Of accounts only those whose name begins so: by spelling there would
    always be one."""

    def __init__(self, known: Mapping[str, Sequence[Meaning]]) -> None:
        self.known = {text: some for text, some in known.items() if some[0].kind != "account"}
        self.names = {text: some for text, some in known.items() if some[0].kind == "account"}
        self.words = SIGNS | {word for text in self.known for word in text.split()}
        self.there = self.words | FILLERS | {word for text in self.names for word in text.split()}
        self.meant = lru_cache(maxsize=KEPT)(self._meant)

    def _meant(self, word: str) -> str:
        if plain(word) in self.there or word in self.there:
            return word
        return meant_by(word, self.words) or meant_by(plain(word), self.words) or word

    def near(self, word: str) -> Sequence[Meaning]:
        """KPIs that have the word in their name first, then what is spelt like it, then accounts."""
        said = plain(word)
        within = [text for text in self.known if said and said in text.split()]
        found = dict.fromkeys(one for text in within for one in self.known[text])
        best = sorted({**found, **dict.fromkeys(self.alike(word))}, key=lambda one: one.kind != "kpi")
        return [*best, *(self._named(said) if not best else ())][:NEAR]

    def _named(self, said: str) -> Sequence[Meaning]:
        begins = (some for text, some in self.names.items() if len(said) >= LEAST and text.startswith(said))
        return list(dict.fromkeys(one for some in begins for one in some))[:NEAR]

    def alike(self, words: str) -> Sequence[Meaning]:
        said = plain(words)
        like = get_close_matches(said, [*self.known], n=NEAR, cutoff=ALIKE) if said else []
        return list(dict.fromkeys(one for text in like for one in self.known[text]))[:NEAR]
