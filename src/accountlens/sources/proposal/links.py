"""Which column holds the keys of which table, measured on the values, and keys that are nearly spelled alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
from rapidfuzz import fuzz, process

from accountlens.sources.naming import snake_case
from accountlens.sources.proposal.knowledge import tidy, words_of
from accountlens.sources.proposal.profile import ColumnProfile, TableProfile
from accountlens.warehouses.expand import quoted

KEY_WORDS = {"id", "key", "no", "number", "code", "name", "email", "sku", "uuid"}
ENOUGH = 0.5  # share of the different values that must be keys
MANY_KEYS = 20_000  # beyond, near spellings are not looked for
FEW_STRAYS = 500  # different values that are no keys
ALIKE = 90  # rapidfuzz ratio


@dataclass(frozen=True)
class Near:
    """A value that is no key, but nearly spelled like one."""

    value: str
    key: str
    rows: int


@dataclass(frozen=True)
class Link:
    """`found` of `values` different values of a column are keys of another table's column."""

    table: str
    column: str
    to_table: str
    to_column: str
    values: int
    found: int
    rows_lost: int  # rows whose value is no key
    near: tuple[Near, ...] = ()

    @property
    def share(self) -> float:
        return self.found / self.values if self.values else 0.0

    @property
    def rows_near(self) -> int:
        return sum(near.rows for near in self.near)


def find_links(con: duckdb.DuckDBPyConnection, tables: Sequence[TableProfile]) -> list[Link]:
    """Every column that points to another one, or within its own table."""
    keys = [
        (table, column)
        for table in tables
        for place, column in enumerate(table.columns.values())
        if _may_be_key(column) and (place == 0 or _names_key(column.name, table))
    ]
    links: list[Link] = []
    for table in tables:
        for column in table.columns.values():
            for to_table, key in keys:
                if (table.name, column.name) != (to_table.name, key.name) and _may_point(column, to_table, key):
                    links += _measured(con, table, column, to_table, key)
    return links


def _may_be_key(column: ColumnProfile) -> bool:
    decimal = column.is_a("number") and any("." in text and not text.endswith(".0") for text, _ in column.values)
    return column.unique and column.distinct > 1 and not column.is_a("time") and not decimal


def _names_key(name: str, table: TableProfile) -> bool:
    """Whether a name sounds like that of a key: `id`, `account_no`, `name`, or the table's own word."""
    words = words_of(name)
    return bool(set(words) & KEY_WORDS) or bool(set(words) & set(words_of(table.name))) or len(table.columns) < 15


def _may_point(column: ColumnProfile, to_table: TableProfile, key: ColumnProfile) -> bool:
    """Cheap tests before the values are compared."""
    if column.filled == 0 or column.is_a("time") or column.is_a("flag"):
        return False
    if column.is_a("number", 0.99) != key.is_a("number", 0.99):
        return False
    if column.is_a("number", 0.99) or column.distinct < 3:
        return _named_like(column.name, to_table, key)
    if key.few:
        known = {text for text, _ in key.values}
        return sum(text in known for text, _ in column.values) >= ENOUGH * len(column.values) * (1 if column.few else 0)
    shapes = {_shape(text) for text, _ in key.values}
    return any(_shape(text) in shapes for text, _ in column.values[:50])


def _named_like(column: str, to_table: TableProfile, key: ColumnProfile) -> bool:
    """`account` or `account_id` may point to `account_id`, or to the `id` of `accounts`."""
    words, table = set(words_of(column)) - {"id", "key", "no", "number"}, set(words_of(to_table.name))
    own = set(words_of(key.name)) - {"id", "key", "no", "number"}
    return bool(words) and (
        snake_case(column) == snake_case(key.name) or (bool(own) and words == own) or words <= table
    )


def _shape(text: str) -> str:
    """`A-2e4581` → `A-#`; names → `a`."""
    if re.search(r"\d", text):
        return re.sub(r"[0-9a-fA-F]*\d[0-9a-fA-F]*", "#", text)
    return "a"


def _measured(
    con: duckdb.DuckDBPyConnection,
    table: TableProfile,
    column: ColumnProfile,
    to_table: TableProfile,
    key: ColumnProfile,
) -> Iterator[Link]:
    mine = _counted(table, column)
    theirs = f"SELECT DISTINCT CAST({quoted(key.name)} AS VARCHAR) AS value FROM {to_table.relation}"
    joined = f"({mine}) AS mine LEFT JOIN ({theirs}) AS theirs USING (value)"
    row = con.execute(
        f"SELECT count(*), count(theirs.value), coalesce(sum(mine.rows) FILTER (theirs.value IS NULL), 0) FROM {joined}"
    ).fetchone()
    values, found, lost = row or (0, 0, 0)
    if not values or found / values < ENOUGH:
        return
    near: tuple[Near, ...] = ()
    if 0 < values - found <= FEW_STRAYS and key.distinct <= MANY_KEYS:
        strays = con.execute(f"{mine} HAVING value NOT IN ({theirs}) ORDER BY 2 DESC, 1").fetchall()
        known = [text for (text,) in con.execute(f"{theirs} ORDER BY 1").fetchall() if text]
        near = tuple(_near(strays, known))
    yield Link(table.name, column.name, to_table.name, key.name, values, found, int(lost), near)


def _counted(table: TableProfile, column: ColumnProfile) -> str:
    name = quoted(column.name)
    return (
        f"SELECT CAST({name} AS VARCHAR) AS value, count(*) AS rows FROM {table.relation} "
        f"WHERE {name} IS NOT NULL GROUP BY 1"
    )


def _near(strays: Sequence[tuple[str, int]], known: Sequence[str]) -> Iterator[Near]:
    """Equal but for case, blanks and signs; else alike enough, and only one key is."""
    by_letters: dict[str, list[str]] = {}
    for key in known:
        by_letters.setdefault(tidy(key).replace(" ", ""), []).append(key)
    for value, rows in strays:
        same = by_letters.get(tidy(value).replace(" ", ""), [])
        if len(same) == 1:
            yield Near(value, same[0], rows)
        elif not same and len(value) >= 6 and not re.search(r"\d", value):
            best = process.extract(value, known, scorer=fuzz.ratio, limit=2, score_cutoff=ALIKE)
            if len(best) == 1:
                yield Near(value, best[0][0], rows)
