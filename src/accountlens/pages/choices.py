"""What accounts can be filtered by, and the values each such dimension has among accounts that are seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accountlens.engine.dimensions import Dimension, Joins, dimensions_of, find_dimension, refuse
from accountlens.engine.moments import Moment
from accountlens.engine.session import Session
from accountlens.language.sentences import plain

USUAL = ("tier", "segment", "industry", "region", "country", "owner_id")  # first; others follow by name
NO_CHOICE = frozenset({"account_id", "name", "domain"})  # an account each: there is the search for these
GROUPING = ("VARCHAR", "BOOLEAN")


@dataclass(frozen=True)
class Choice:
    """A value as filters compare with it, as people know it, and how many accounts have it now."""

    id: str
    label: str
    accounts: int


def filter_dimensions(session: Session) -> list[str]:
    """The attributes of accounts that group them; the usual ones first."""
    accounts = session.catalog.facts["accounts"]
    found = [
        name
        for name in dimensions_of(session.catalog, accounts)
        if name not in NO_CHOICE and accounts.columns.get(name) in GROUPING
    ]
    usual = [name for name in USUAL if name in found]
    return [*usual, *sorted(set(found) - set(usual))]


def choices(dimension: str, session: Session, search: str = "") -> list[Choice]:
    """The values that fit the words, those of most accounts first; `AccountlensError` where none has it."""
    catalog = session.catalog
    found = find_dimension(catalog, catalog.facts["accounts"], dimension)
    if found is None:
        raise refuse(catalog, "accounts", [catalog.facts["accounts"]], dimension)
    entity = catalog.entities.get(found.entity or "")
    names = session.labels(entity.name) if entity and entity.label else {}
    return [one for one in _counted(found, session, names) if _fits(one, plain(search))]


def _counted(dimension: Dimension, session: Session, names: Mapping[str, str]) -> Iterator[Choice]:
    joins = Joins(session.catalog, Moment("NULL", event=True), frozenset())
    for _, entity in dimension.hops:
        session.table(entity)
    session.table("accounts")
    value = joins.shown(dimension)
    sql = f"SELECT {value}, count(*) FROM accounts f {' '.join(joins.texts.values())} GROUP BY 1 ORDER BY 2 DESC, 1"
    for id_, accounts in session.fetch(sql).fetchall():
        yield Choice(id_, names.get(id_, id_), accounts)


def _fits(one: Choice, words: str) -> bool:
    text = f"{plain(one.label)} {plain(one.id)}"
    return all(word in text for word in words.split())
