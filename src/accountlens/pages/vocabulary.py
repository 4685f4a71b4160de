"""The words of a workspace: its KPIs, dimensions, values of attributes and accounts, for sentences to be read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from accountlens.catalog.catalog import Catalog
from accountlens.engine.dimensions import dimensions_of
from accountlens.language.sentences import Meaning, Vocabulary, phrases, plain
from accountlens.pages.account_columns import STAGE
from accountlens.pages.accounts import AccountsTable

MOST_VALUES = 400  # of an attribute whose values are words of a sentence
NEAR = 6  # suggestions for a word
ALIKE = 0.7  # how much of two spellings is the same
VALUED = ("tier", "segment", "industry", "region", "country")
SAID = {  # what people say → a dimension
    "account manager": "owner_id", "owner": "owner_id", "rep": "owner_id", "account": "account_id",
    "customer": "account_id", "company": "account_id",
}  # fmt: skip


def vocabulary(catalog: Catalog, table: AccountsTable | None) -> Vocabulary:
    """Of what somebody sees: names of accounts he does not see are no words. Without accounts there are none."""
    known = phrases(_meanings(catalog, table))
    suggestions = _Suggestions(known)
    return Vocabulary(known, suggestions.near, suggestions.alike)


def _meanings(catalog: Catalog, table: AccountsTable | None) -> Iterator[tuple[str, Meaning]]:
    for kpi in catalog.kpis.values():
        for text in (kpi.name, kpi.label):
            yield text, Meaning("kpi", kpi.name, kpi.label)
    names = dict.fromkeys(name for fact in catalog.facts.values() for name in dimensions_of(catalog, fact))
    for name in names:
        meaning = Meaning("dimension", name, name.removesuffix("_id").replace("_", " "))
        yield name, meaning
        yield meaning.label, meaning
    for text, name in SAID.items():
        if name in names:
            yield text, Meaning("dimension", name, text)
    if table is not None:
        yield from _values(table)
        yield from _accounts(table)


def _values(table: AccountsTable) -> Iterator[tuple[str, Meaning]]:
    """Of attributes with few values; of people, their names."""
    for name in (*VALUED, "owner_id"):
        if name not in table.attributes or name == STAGE:
            continue
        column = table.attribute(name)
        values = sorted({str(one) for one in column.values.tolist() if one is not None})
        for value in values[:MOST_VALUES]:
            label = column.names.get(value, value)
            yield label, Meaning("value", value, label, name)


def _accounts(table: AccountsTable) -> Iterator[tuple[str, Meaning]]:
    """By id, by name, and by how a name begins where only one does so."""
    ids, names = table.ids.tolist(), table.attribute("name").values.tolist()
    begins: dict[str, set[str]] = {}
    for account, name in zip(ids, names, strict=True):
        first = plain(name or "").partition(" ")[0]
        if len(first) > 2:
            begins.setdefault(first, set()).add(account)
    for account, name in zip(ids, names, strict=True):
        meaning = Meaning("account", account, name or account, "account_id")
        yield account, meaning
        if name:
            yield name, meaning
            first = plain(name).partition(" ")[0]
            if len(begins.get(first, ())) == 1:
                yield first, meaning


class _Suggestions:
    """What is meant by words that are no phrase; never an account."""

    def __init__(self, known: Mapping[str, Sequence[Meaning]]) -> None:
        self.known = {text: some for text, some in known.items() if some[0].kind != "account"}

    def near(self, word: str) -> Sequence[Meaning]:
        """KPIs that have the word in their name first, then what is spelt like it."""
        said = plain(word)
        within = [text for text in self.known if said and said in text.split()]
        found = dict.fromkeys(one for text in within for one in self.known[text])
        return sorted({**found, **dict.fromkeys(self.alike(word))}, key=lambda one: one.kind != "kpi")[:NEAR]

    def alike(self, words: str) -> Sequence[Meaning]:
        said = plain(words)
        like = get_close_matches(said, [*self.known], n=NEAR, cutoff=ALIKE) if said else []
        return list(dict.fromkeys(one for text in like for one in self.known[text]))[:NEAR]
