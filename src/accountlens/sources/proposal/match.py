"""Which table is which entity, and which column is which: by names first, then by what the values are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from accountlens.language.tables import Column, Entity
from accountlens.sources.naming import snake_case
from accountlens.sources.proposal.knowledge import Words, knowledge, singular, tidy, words_of
from accountlens.sources.proposal.profile import ColumnProfile, TableProfile

SURE = 0.85
POSSIBLE = 0.55
UNITS = ("usd", "eur", "gbp", "chf", "amount", "value", "name", "date", "ts", "utc", "local", "flag", "code", "text")
TWICE = {("opportunities", "status"): "stage", ("opportunities", "stage"): "status"}  # may share a column


@dataclass(frozen=True)
class Pick:
    """One column of an entity: where it comes from, why, and how sure that is (0 to 1)."""

    target: str
    column: str | None  # of the table; none for constants and computed values
    confidence: float
    why: str
    sql: str | None = None  # where more than a rename is needed
    doubt: str | None = None


@dataclass(frozen=True)
class Match:
    """A table seen as an entity."""

    entity: Entity
    table: TableProfile
    picks: Mapping[str, Pick]
    missing: tuple[str, ...]
    score: float
    named: float = 1.0  # how well the table's name says so
    canonical: bool = False

    @property
    def well_founded(self) -> bool:
        """By the table's name, by three good columns, or by a key that names the entity and is one."""
        good = [pick for pick in self.picks.values() if pick.confidence >= SURE]
        key = self.picks.get(self.entity.key[0]) if len(self.entity.key) == 1 else None
        own = key is not None and key.confidence >= 0.95 and self.table.columns[key.column or ""].unique
        return self.named >= 0.8 or len(good) >= 3 or (own and self.named >= 0.6)


def match(table: TableProfile, entity: Entity, affix: Affix, words: Words | None = None) -> Match:
    """How well a table fits an entity. What is required and can't be found by name is in `missing`."""
    words = words or knowledge().words.get(entity.name, Words((singular(entity.name),)))
    known = {name.lower(): name for name in table.columns}
    canonical = table.name == entity.name and all(
        column.name in known for column in entity.columns.values() if column.required
    )
    if canonical:
        picks = {name: Pick(name, known[name], 1.0, "the name we use") for name in entity.columns if name in known}
        return Match(entity, table, picks, (), 2.0, canonical=True)
    named = _name_score(affix.bare(table.name), entity.name, words)
    picks = _assigned(table, entity, words)
    missing = tuple(c.name for c in entity.columns.values() if c.required and c.name not in picks)
    return Match(entity, table, picks, missing, _score(named, picks, entity), named)


@dataclass(frozen=True)
class Affix:
    """Words that all tables of a folder begin or end with: `sf_…_data`."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    @classmethod
    def of(cls, tables: Sequence[TableProfile]) -> Affix:
        names = [snake_case(table.name).split("_") for table in tables]
        if len(names) < 3:
            return cls()
        return cls(tuple(_common(names)), tuple(reversed(_common([name[::-1] for name in names]))))

    def bare(self, name: str) -> str:
        words = snake_case(name).split("_")
        if len(words) > len(self.first) + len(self.last):
            words = words[len(self.first) : len(words) - len(self.last)]
        return "_".join(words)


def _common(names: Sequence[Sequence[str]]) -> list[str]:
    found: list[str] = []
    for words in zip(*names, strict=False):
        if len(set(words)) > 1:
            return found
        found.append(words[0])
    return found


def _name_score(table: str, entity: str, words: Words) -> float:
    """1 for the entity's name or a word for it; less where the word is a part of the name."""
    mine = [word for word in words_of(table) if not word.isdigit()]
    best = 0.0
    for noun in (entity, *words.tables):
        theirs = words_of(noun)
        if mine == theirs:
            return 1.0
        if mine[-len(theirs) :] == theirs:
            best = max(best, min(0.95, 0.7 + len(theirs) / 10))
        elif any(mine[at : at + len(theirs)] == theirs for at in range(len(mine))):
            best = max(best, min(0.85, 0.55 + len(theirs) / 10))
    return best


def _score(named: float, picks: Mapping[str, Pick], entity: Entity) -> float:
    required = [column.name for column in entity.columns.values() if column.required]
    optional = [name for name in entity.columns if name not in required]
    key = picks.get(entity.key[0]) if len(entity.key) == 1 else None
    sure = sum(picks[name].confidence for name in required if name in picks)
    if key and entity.label in required and entity.label not in picks:
        sure += 0.6 * key.confidence  # a row without a name is called by its key
    sure /= max(len(required), 1)
    more = sum(picks[name].confidence for name in optional if name in picks)
    return 0.5 * named + 0.3 * sure + 0.2 * min(1.0, more / min(5, max(len(optional), 1)))


def _assigned(table: TableProfile, entity: Entity, words: Words) -> dict[str, Pick]:
    """The best pairs first; each column once, but a key may name its row too, and a stage tell the status."""
    pairs = sorted(_pairs(table, entity, words), key=lambda pair: (-pair[0], pair[1]))
    picks: dict[str, Pick] = {}
    used: dict[str, str] = {}
    for _, _, pick in pairs:
        taken = used.get(pick.column or "")
        if pick.target in picks or (taken and not _may_share(entity, taken, pick.target)):
            continue
        picks[pick.target] = pick
        used.setdefault(pick.column or "", pick.target)
    return picks


def _may_share(entity: Entity, taken: str, target: str) -> bool:
    key = entity.key[0] if len(entity.key) == 1 else None
    return {taken, target} == {key, entity.label} or TWICE.get((entity.name, taken)) == target


def _pairs(table: TableProfile, entity: Entity, words: Words) -> Iterator[tuple[float, int, Pick]]:
    nouns = [singular(snake_case(noun)) for noun in (entity.name, *words.tables, table.name)]
    for target in entity.columns.values():
        others = (target.name, *words.columns.get(target.name, ()))
        for place, column in enumerate(table.columns.values()):
            alike, rank = likeness(column.name, others, nouns)
            if alike < POSSIBLE:
                continue
            fits, doubt = fit(column, target, entity)
            confidence = alike * fits
            if confidence >= POSSIBLE:
                order = rank * 1000 + place
                yield round(confidence, 2), order, Pick(
                    target.name, column.name, confidence, _why(alike, column.name, others[min(rank, len(others) - 1)]),
                    doubt=doubt,
                )  # fmt: skip


def _why(alike: float, column: str, other: str) -> str:
    if alike >= 0.99:
        return "by its name"
    return f"its name is like '{other}'" if alike >= SURE else f"its name is a little like '{other}'"


def likeness(name: str, others: Sequence[str], nouns: Sequence[str]) -> tuple[float, int]:
    """How alike a column's name is to the first of `others` it fits, and that one's place."""
    mine = snake_case(name)
    bare = _without_noun(mine, nouns)
    unitless = "_".join(words[:-1]) if (words := mine.split("_"))[-1] in UNITS and len(words) > 1 else mine
    best, rank = 0.0, len(others)
    for place, other in enumerate(others):
        if mine == other:
            score = 1.0
        elif bare == other or singular(mine) == singular(other):
            score = 0.97
        elif unitless == other:
            score = 0.9
        elif len(other.split("_")) > 1 and set(other.split("_")) <= set(mine.split("_")):
            score = 0.8
        elif len(other) > 5 and fuzz.ratio(mine, other) >= 90:
            score = 0.75
        else:
            continue
        if score > best:
            best, rank = score, place
    return best, rank


def _without_noun(name: str, nouns: Sequence[str]) -> str:
    """`deal_amount` in a table of deals is `amount`; `account_id` stays, it may point elsewhere."""
    if not name.endswith("_id"):
        for noun in nouns:
            if name.startswith(f"{noun}_"):
                return name.removeprefix(f"{noun}_")
    return name


def fit(column: ColumnProfile, target: Column, entity: Entity) -> tuple[float, str | None]:
    """How well the values fit the column of the entity (0 to 1), and what is doubtful about them."""
    if column.filled == 0:
        return 0.8, "the column is empty"
    if target.type in ("time", "date"):
        return _fits(column, max(column.kinds.get("time", 0.0), _looks_epoch(column)), "dates")
    if target.type in ("number", "money", "integer"):
        numbers = max(column.kinds.get(kind, 0.0) for kind in ("number", "money", "percent"))
        return _fits(column, numbers, "numbers")
    if target.type == "flag":
        return _fits(column, column.kinds.get("flag", 0.0), "yes and no")
    return _fits_text(column, target, entity)


def _fits(column: ColumnProfile, share: float, what: str) -> tuple[float, str | None]:
    if share >= 0.99:
        return 1.0, None
    if share >= POSSIBLE:
        example = next((text for text, _ in column.values if not any(letter.isdigit() for letter in text)), "")
        return 0.9, f"only {share:.0%} of its values are {what}{f' (not {example!r})' if example else ''}"
    return 0.0, None


def _looks_epoch(column: ColumnProfile) -> float:
    texts = [text for text, _ in column.values]
    if texts and all(text.isdigit() and len(text) in (5, 10, 13) for text in texts):
        return 1.0
    return 0.0


def _fits_text(column: ColumnProfile, target: Column, entity: Entity) -> tuple[float, str | None]:
    if column.is_a("time") or (column.is_a("flag") and not column.is_a("number")):
        return 0.0, None
    if target.name == "email":
        return (1.0, None) if column.is_a("email", 0.5) else (0.0, None)
    if target.name == "domain":
        return (1.0, None) if column.is_a("domain", 0.5) else (0.0, None)
    if target.name.endswith("currency"):
        return (1.0, None) if _are_currencies(column) else (0.0, None)
    if entity.key == (target.name,) and not column.unique:
        repeated = column.filled - column.distinct
        return 0.8, f"{repeated:,} rows repeat a value, though it is the key: of rows with one key the last counts"
    share = vocabulary_share(column, f"{entity.name}.{target.name}")
    if share is not None and (target.values or target.required):
        closed = target.required and target.values
        return (max(share, 0.3), None) if closed else (0.6 + 0.4 * share, None)
    if target.name in ("name", "title") and column.is_a("number", 0.99):
        return 0.5, None
    return 1.0, None


def _are_currencies(column: ColumnProfile) -> bool:
    """Codes of three letters, most of them known; old currencies are not listed."""
    known = [text for text, _ in column.values if text in knowledge().currencies]
    return column.is_a("currency") and 2 * len(known) >= len(column.values)


def vocabulary_share(column: ColumnProfile, place: str) -> float | None:
    """The share of rows whose word is known for `entity.column`; `None` where there is no vocabulary."""
    known = knowledge().vocabularies.get(place)
    if known is None:
        return None
    total = sum(count for _, count in column.values) or 1
    return sum(count for text, count in column.values if tidy(text) in known) / total
