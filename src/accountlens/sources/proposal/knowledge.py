"""What `init` knows about other people's tables: words, values and hidden entities, read from YAML files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accountlens.sources.naming import snake_case

FOLDER = Path(__file__).parent.parent / "knowledge"


@dataclass(frozen=True)
class Words:
    """How people call an entity and its columns."""

    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    several: bool = False
    unlikely_id: bool = False


@dataclass(frozen=True)
class Hidden:
    """An entity that hides in the table of another one."""

    entity: str
    base: str
    always: bool
    why: str
    columns: Mapping[str, str]
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    each: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class Sums:
    """Tables of counts that a tool exports, no row of which is anybody's. `only` empty: others may stand there."""

    has: frozenset[str]
    only: frozenset[str]
    why: str

    def fit(self, columns: Iterable[str]) -> bool:
        plain = {snake_case(column) for column in columns}
        return self.has <= plain and (not self.only or plain <= self.only)


@dataclass(frozen=True)
class Knowledge:
    """All of it."""

    words: Mapping[str, Words]
    hidden: tuple[Hidden, ...]
    vocabularies: Mapping[str, Mapping[str, str]]  # entity.column → tidy word → our word
    constants: Mapping[str, Mapping[str, str]]  # entity.column → word of a name → our word
    spelling: Mapping[str, tuple[str, ...]]  # entity.column → known values
    countries: tuple[str, ...]
    country_codes: frozenset[str]
    currencies: frozenset[str]
    symbols: Mapping[str, str]
    sizes: Mapping[str, Mapping[str, Any]]
    spans: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[tuple[str, ...], ...]]
    products: Mapping[str, Mapping[str, tuple[str, ...]]]
    beside: Mapping[str, str]
    sums: tuple[Sums, ...]


@cache
def knowledge() -> Knowledge:
    """Read once."""
    words, values, countries = _read("entities"), _read("values"), _read("countries")
    return Knowledge(
        words={name: _words(raw) for name, raw in words.items()},
        hidden=tuple(_hidden(raw) for raw in _read("derived")),
        vocabularies={
            place: {tidy(other): ours for ours, others in known.items() for other in (ours, *others)}
            for place, known in values["vocabularies"].items()
        },
        constants=values["constants"],
        spelling={
            **{place: tuple(known) for place, known in values["spelling"].items()},
            "accounts.country": tuple(countries["names"]),
        },
        countries=tuple(countries["names"]),
        country_codes=frozenset(countries["codes"].split()) | {"UK"},
        currencies=frozenset(values["currencies"].split()),
        symbols=values["symbols"],
        sizes=values["sizes"],
        spans=values["spans"],
        units={unit: tuple(names) for unit, names in values["units"].items()},
        parts={place: tuple(tuple(pair) for pair in pairs) for place, pairs in values["parts"].items()},
        products=values["products"],
        beside=values["beside"],
        sums=tuple(Sums(frozenset(raw["has"]), frozenset(raw["only"]), raw["why"]) for raw in _read("sums")),
    )


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _words(raw: Mapping[str, Any]) -> Words:
    columns = {column: tuple(names) for column, names in raw["columns"].items()}
    return Words(tuple(raw["tables"]), columns, raw.get("several", False), raw.get("unlikely_id", False))


def _hidden(raw: Mapping[str, Any]) -> Hidden:
    return Hidden(
        entity=raw["entity"],
        base=raw["from"],
        always=raw.get("when") == "always",
        why=raw["why"],
        columns=raw["columns"],
        needs={role: tuple(names) for role, names in raw.get("needs", {}).items()},
        keep=raw.get("keep", {}),
        each=raw.get("each"),
        where=raw.get("where"),
    )


def tidy(word: str) -> str:
    """A value for comparison: no case, no blanks, no signs."""
    return re.sub(r"[\W_]+", " ", str(word)).strip().casefold()


def singular(word: str) -> str:
    """`companies` → `company`, `cases` → `case`, `status` → `status`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def words_of(name: str) -> list[str]:
    """The words of a name, each in the singular."""
    return [singular(word) for word in snake_case(name).split("_")]
