"""What differs between two snapshots: rows that came, went and changed, table by table, and definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.store import Snapshot, Store, TableVersion
from accountlens.warehouses.expand import quoted


@dataclass(frozen=True)
class TableDiff:
    """Rows of a table, by key; of a table without a key a changed row is one that went and one that came."""

    table: str
    rows: tuple[int, int]  # then, now
    came: int
    went: int
    changed: int
    columns: tuple[str, ...] = ()  # what became of columns: `+name`, `-name`, `name: TYPE → TYPE`
    only_in: str | None = None  # the snapshot that alone has the table


@dataclass(frozen=True)
class SnapshotDiff:
    """`tables` are those that differ; `definitions` the facts, KPIs and settings that were changed between the two."""

    first: str
    second: str
    tables: Sequence[TableDiff]
    same: int  # tables without any difference
    definitions: Sequence[str]


def compare(store: Store, catalog: Catalog, first: Snapshot, second: Snapshot) -> SnapshotDiff:
    """What came, went and changed from the first snapshot to the second."""
    names = sorted({*first.tables, *second.tables})
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        found = [_table(con, store, catalog, name, first, second) for name in names]
    tables = [one for one in found if one.came or one.went or one.changed or one.columns or one.only_in]
    return SnapshotDiff(first.id, second.id, tables, len(names) - len(tables), _definitions(first, second))


def _table(
    con: duckdb.DuckDBPyConnection, store: Store, catalog: Catalog, name: str, first: Snapshot, second: Snapshot
) -> TableDiff:
    then, now = first.tables.get(name), second.tables.get(name)
    if then is None or now is None:
        rows = (then.rows if then else 0, now.rows if now else 0)
        return TableDiff(name, rows, rows[1], rows[0], 0, (), second.id if then is None else first.id)
    if then.files == now.files and then.columns == now.columns:
        return TableDiff(name, (then.rows, now.rows), 0, 0, 0)
    shared = [column for column, _ in then.columns if column in dict(now.columns)]
    key = [column for column in _key(catalog, name) if column in shared] or shared
    came, went, changed = _count(con, store, _unshared(then, now), _unshared(now, then), key, shared)
    return TableDiff(name, (then.rows, now.rows), came, went, changed, tuple(_columns(then, now)))


def _key(catalog: Catalog, name: str) -> Sequence[str]:
    if name in catalog.entities:
        return catalog.entities[name].key
    return catalog.facts[name].key if name in catalog.facts else ()


def _unshared(version: TableVersion, other: TableVersion) -> TableVersion:
    """The version without the files that both have: their rows are the same."""
    return replace(version, files=tuple(file for file in version.files if file not in other.files))


def _count(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    then: TableVersion,
    now: TableVersion,
    key: Sequence[str],
    columns: Sequence[str],
) -> tuple[int, int, int]:
    """Rows that came, went and changed. Rows are told by hashes, keys may repeat (facts) and may be NULL."""
    listed, by = (", ".join(map(quoted, names)) for names in (columns, key))
    sides = " UNION ALL ".join(
        f"SELECT hash({by}) AS k, hash({listed}) AS h, {before} AS before, {after} AS after "
        f"FROM ({store.relation_sql(version)})"
        for version, before, after in ((then, 1, 0), (now, 0, 1))
    )
    versions = f"SELECT k, h, sum(before) AS before, sum(after) AS after FROM ({sides}) GROUP BY k, h"
    keys = (
        f"SELECT sum(before) AS before, sum(after) AS after, sum(least(before, after)) AS kept "
        f"FROM ({versions}) GROUP BY k"
    )
    (found,) = con.execute(
        "SELECT coalesce(sum(greatest(after - before, 0)), 0), coalesce(sum(greatest(before - after, 0)), 0), "
        f"coalesce(sum(least(before, after) - kept), 0) FROM ({keys})"
    ).fetchall()
    return int(found[0]), int(found[1]), int(found[2])


def _columns(then: TableVersion, now: TableVersion) -> list[str]:
    before, after = dict(then.columns), dict(now.columns)
    told = [f"+{name}" for name in after if name not in before] + [f"-{name}" for name in before if name not in after]
    return told + [
        f"{name}: {before[name]} → {after[name]}" for name in before if name in after and before[name] != after[name]
    ]


def _definitions(first: Snapshot, second: Snapshot) -> list[str]:
    changed = [
        f"{kind} {name}"
        for kind, place in (("fact", "facts"), ("KPI", "kpis"))
        if place in first.info and place in second.info
        for name in _differing(first.info[place], second.info[place])
    ]
    return [*changed, *(["settings or mappings"] if first.settings_hash != second.settings_hash else [])]


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
