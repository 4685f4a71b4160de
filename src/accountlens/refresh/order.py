"""In which order the rows of a table lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accountlens.language.tables import Entity, Fact
from accountlens.warehouses.expand import quoted


@dataclass(frozen=True)
class Order:
    """The columns, as SQL, by which rows lie; `time`: by the months of this column first."""

    columns: tuple[str, ...]
    time: str | None = None


def entity_order(entity: Entity, columns: Sequence[str]) -> Order:
    """By month, account and time where rows are events of accounts, else by key: always the same order."""
    return _order(next(_required_times(entity), None), entity.key, columns)


def fact_order(fact: Fact, origin: Entity | None, columns: Mapping[str, str]) -> Order:
    """As the entity it is made from, where it keeps the time of that; else by its own first time."""
    kept = [name for name in _required_times(origin) if name in columns] if origin else []
    times = [*kept, *(name for name, kind in columns.items() if kind == "TIMESTAMP")]
    return _order(times[0] if times else None, fact.key, list(columns))


def _required_times(entity: Entity) -> Iterator[str]:
    return (column.name for column in entity.columns.values() if column.required and column.type in ("time", "date"))


def _order(time: str | None, key: Sequence[str], columns: Sequence[str]) -> Order:
    last = tuple(map(quoted, key or columns))
    if time and "account_id" in columns:
        return Order((quoted("account_id"), quoted(time), *last), time)
    return Order(last)
