"""Records of an API as flat rows: for each field a column, its value as text, and what kind of value that is.

A number is one only where a double holds it exactly, else it stays text, so that nothing is rounded on the way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accountlens.sources.api.system import FLAG, INSTANT, INTEGER, NUMBER, TEXT, Record

EXACT = 2**53  # beyond it a double leaves whole numbers out
Cell = tuple[str | None, str | None]  # the value as text, and its kind; both None: unknown


def _plain(value: Any) -> Any:
    """A number with a fraction as JSON writes it, or as text where JSON's reader would round it."""
    assert isinstance(value, Decimal), value
    return float(value) if is_exact(value) else str(value)


COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
SORTED = json.JSONEncoder(sort_keys=True, default=_plain)


def cells(record: Record, spread: Collection[str], instants: Collection[str]) -> Iterator[tuple[str, Cell]]:
    """Each column of a record; nested objects are spread as `address_city`, or are JSON text."""
    for name, value in fields(record, spread):
        yield name, instant(value) if name in instants else cell(value)


def fields(record: Record, spread: Collection[str], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        name = f"{before}{key}"
        if name not in spread:
            yield name, value
        elif isinstance(value, Mapping):
            yield from fields(value, spread, f"{name}_")


def cell(value: Any) -> Cell:
    match value:
        case None:
            return None, None
        case bool():
            return str(value).lower(), FLAG
        case int():
            return str(value), INTEGER if abs(value) <= EXACT else TEXT
        case Decimal():
            return str(value), NUMBER if is_exact(value) else TEXT
        case float():
            return repr(value), NUMBER
        case str():
            return value, TEXT
    return COMPACT.encode(value), TEXT


def is_exact(value: Decimal) -> bool:
    """Whether a double says the same digits."""
    return value.is_finite() and Decimal(repr(float(value))) == value


def instant(value: Any) -> Cell:
    """Unix seconds, or ISO 8601, in UTC; what is neither stays as it is."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value, UTC)
        else:
            at = datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (TypeError, ValueError, OverflowError, OSError):
        return cell(value)
    return at.replace(tzinfo=None).isoformat(" "), INSTANT


def wider(one: str | None, other: str | None) -> str | None:
    """The kind that holds both."""
    if one is None or other is None or one == other:
        return one or other
    return NUMBER if {one, other} == {INTEGER, NUMBER} else TEXT


def digest(record: Record) -> str:
    """The same for the same content, in whatever order its fields come."""
    return hashlib.md5(SORTED.encode(record).encode(), usedforsecurity=False).hexdigest()


def inside(record: Record, path: str) -> list[Record]:
    """The records that stand inside of one, at `items.data`."""
    found: Any = record
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def without(record: Record, path: str) -> Record:
    """A record without what stands in it at `items.data`: it is a table of its own."""
    first = path.partition(".")[0]
    return {name: value for name, value in record.items() if name != first}
