"""What arrived becomes what lands: the newest version of each key, columns that came and went, what was deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

import duckdb

from accountlens.sources.api import rows
from accountlens.sources.api.system import FLAG, TEXT, Stream
from accountlens.sources.kept import WAS
from accountlens.sources.naming import OWN_COLUMNS
from accountlens.warehouses.expand import quoted

Kinds = Mapping[str, str | None]  # column → the narrowest type that holds what arrived
OWN = "_dlt"


def put_away(con: duckdb.DuckDBPyConnection, streams: Collection[str]) -> list[str]:
    """Tables that the system gave once and gives no longer are put out of sight; what to tell of them."""
    notes = []
    for (table,) in con.execute("SELECT stream FROM landed._dlt_positions ORDER BY 1").fetchall():
        if table not in streams:
            con.execute(f"DROP TABLE IF EXISTS landed.{quoted(WAS + table)}")
            con.execute(f"ALTER TABLE landed.{quoted(table)} RENAME TO {quoted(WAS + table)}")
            con.execute("DELETE FROM landed._dlt_positions WHERE stream = $1", [table])
            what = f"{table} is no longer given: it was deleted, or may no longer be read."
            notes.append(f"{what} A mapping that reads it has to be corrected.")
    return notes


def settle_table(con: duckdb.DuckDBPyConnection, stream: Stream, kinds: Mapping[str, Kinds]) -> tuple[int, list[str]]:
    """Settle a stream and what stands inside its records; how many rows came or changed, and what to tell."""
    made = {stream.deleted: FLAG} if stream.deleted else {}
    notes = _fit(con, stream.table, {stream.key: None, **stream.kinds, **made}, kinds[stream.table], stream)
    for child in stream.children:
        notes += _fit(con, child.table, {child.parent: TEXT, **child.kinds}, kinds[child.table], None)
    changed = 0
    if kinds[stream.table]:
        changed = _bring_in(con, stream)
    return changed + _let_go(con, stream), notes


def count_alive(con: duckdb.DuckDBPyConnection, stream: Stream) -> int:
    """How many keys are not deleted, by what arrived and by what landed before."""
    known = [
        part for number, schema in enumerate(("arriving", "landed")) for part in _alive(con, schema, stream, number)
    ]
    if not known:
        return 0
    (count,) = con.execute(
        "SELECT count(*) FROM (SELECT key, arg_min(gone, (place, -nth)) AS gone FROM "
        f"({' UNION ALL '.join(known)}) GROUP BY key) WHERE NOT gone "
        "AND key NOT IN (SELECT key FROM arriving._gone WHERE stream = $1)",
        [stream.table],
    ).fetchone() or (0,)
    return int(count)


def _alive(con: duckdb.DuckDBPyConnection, schema: str, stream: Stream, number: int) -> list[str]:
    """SQL of the keys in one schema: which schema it is, and the how manieth of it."""
    if not _exists(con, schema, stream.table):
        return []
    columns = {row[0].lower(): row[0] for row in con.execute(f"DESCRIBE {schema}.{quoted(stream.table)}").fetchall()}
    flag = columns.get(stream.deleted.lower())
    gone = f"coalesce(CAST({quoted(flag)} AS BOOLEAN), false)" if flag else "false"
    key = f"CAST({quoted(stream.key)} AS VARCHAR)"
    return [
        f"SELECT {key} AS key, {gone} AS gone, {number} AS place, rowid AS nth FROM {schema}.{quoted(stream.table)}"
    ]


def _bring_in(con: duckdb.DuckDBPyConnection, stream: Stream) -> int:
    """The newest version of each key, where it is none that is known already."""
    place, key = f"landed.{quoted(stream.table)}", quoted(stream.key)
    _find_winners(con, stream, place, key)
    _replace(con, stream.table, f"CAST({key} AS VARCHAR)", key, "w._row")
    for child in stream.children:
        _replace(con, child.table, quoted(child.parent), key, "NULL")
    (count,) = con.execute("SELECT count(*) FROM _winners").fetchone() or (0,)
    con.execute("DROP TABLE _winners")
    return int(count)


def _find_winners(con: duckdb.DuckDBPyConnection, stream: Stream, place: str, key: str) -> None:
    """Which of the versions that arrived are to land, by their places."""
    types = columns_of(con, stream.table)
    version = next((name for name in types if name.lower() == stream.version.lower()), "")
    age = f"TRY_CAST(a.{quoted(version)} AS {types[version]})" if version else "a._dlt_place"
    newer = f"(l.{quoted(version)} IS NULL OR a._dlt_age >= l.{quoted(version)})" if version else "true"
    versions = (
        f"SELECT {key}, _dlt_place, _dlt_hash, {age} AS _dlt_age, row_number() OVER (PARTITION BY {key} "
        f"ORDER BY {age} DESC NULLS LAST, CAST(_dlt_place AS BIGINT) DESC) AS _dlt_n "
        f"FROM arriving.{quoted(stream.table)} AS a"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _winners AS SELECT a.{key}, a._dlt_place, l._row FROM ({versions}) AS a "
        f"LEFT JOIN {place} AS l ON CAST(l.{key} AS VARCHAR) = a.{key} "
        f"WHERE a._dlt_n = 1 AND (l._dlt_hash IS NULL OR l._dlt_hash <> a._dlt_hash AND {newer})"
    )


def _replace(con: duckdb.DuckDBPyConnection, table: str, owner: str, key: str, row: str) -> None:
    """Rows of the winners in place of those that are there. One keeps its number (`row`), new ones stand at the end."""
    place, arrived = f"landed.{quoted(table)}", f"arriving.{quoted(table)}"
    (last,) = con.execute(f"SELECT coalesce(max(_row), 0) FROM {place}").fetchone() or (0,)
    con.execute(f"DELETE FROM {place} WHERE {owner} IN (SELECT {key} FROM _winners)")
    if not _exists(con, "arriving", table):
        return
    types = {name.lower(): kind for name, kind in columns_of(con, table).items()}
    given = [name for (name, *_) in con.execute(f"DESCRIBE {arrived}").fetchall() if name.lower() in types]
    cast = [f"CAST(a.{quoted(name)} AS {types[name.lower()]}) AS {quoted(name)}" for name in given]
    end = f"{last} + row_number() OVER (PARTITION BY {row} IS NULL ORDER BY CAST(a._dlt_place AS BIGINT), a.rowid)"
    con.execute(
        f"INSERT INTO {place} BY NAME SELECT {', '.join(cast)}, coalesce({row}, {end}) AS _row "
        f"FROM {arrived} AS a JOIN _winners AS w USING (_dlt_place)"
    )


def _let_go(con: duckdb.DuckDBPyConnection, stream: Stream) -> int:
    """Rows of which the system said that they went, or which are missing where all that exists has come."""
    place, key = f"landed.{quoted(stream.table)}", f"CAST({quoted(stream.key)} AS VARCHAR)"
    arrived = f"arriving.{quoted(stream.table)}" if _exists(con, "arriving", stream.table) else None
    again = f"SELECT {quoted(stream.key)} AS key, max(CAST(_dlt_place AS BIGINT)) AS last FROM {arrived} GROUP BY 1"
    nothing = "SELECT NULL::VARCHAR AS key, 0 AS last WHERE false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _went AS SELECT g.key, max(g.into_key) AS into_key FROM arriving._gone g "
        f"LEFT JOIN ({again if arrived else nothing}) a USING (key) "
        "WHERE g.stream = $1 AND g.place > coalesce(a.last, 0) GROUP BY g.key",
        [stream.table],
    )
    if _is_whole(con, stream):
        con.execute(
            f"INSERT INTO _went SELECT {key}, NULL FROM {place} WHERE {key} NOT IN (SELECT key FROM _went) "
            f"AND {key} NOT IN (SELECT key FROM ({again if arrived else nothing})) "
            f"AND {key} NOT IN (SELECT key FROM arriving._alive WHERE stream = $1)",
            [stream.table],
        )
    changed = _delete(con, stream, place, key)
    con.execute("DROP TABLE _went")
    return changed


def _delete(con: duckdb.DuckDBPyConnection, stream: Stream, place: str, key: str) -> int:
    """Mark them as deleted, and into what they were merged; without a column for that they are taken out."""
    if not stream.deleted:
        gone = con.execute(f"DELETE FROM {place} WHERE {key} IN (SELECT key FROM _went)").fetchone() or (0,)
        return int(gone[0])
    flag, into = quoted(stream.deleted), quoted(stream.merged)
    ((merged,),) = con.execute("SELECT count(into_key) FROM _went").fetchall()
    if merged:
        con.execute(f"ALTER TABLE {place} ADD COLUMN IF NOT EXISTS {into} VARCHAR")
        con.execute(
            f"INSERT INTO {place} ({quoted(stream.key)}, _row) "
            f"SELECT key, (SELECT coalesce(max(_row), 0) FROM {place}) + row_number() OVER (ORDER BY key) "
            f"FROM _went WHERE into_key IS NOT NULL AND key NOT IN (SELECT {key} FROM {place})"
        )
        con.execute(f"UPDATE {place} SET {into} = into_key FROM _went WHERE {key} = _went.key AND into_key IS NOT NULL")
    told = con.execute(
        f"UPDATE {place} SET {flag} = true, _dlt_hash = NULL WHERE {key} IN (SELECT key FROM _went) "
        f"AND {flag} IS DISTINCT FROM true"
    ).fetchone() or (0,)
    return int(told[0])


def _fit(con: duckdb.DuckDBPyConnection, table: str, made: Kinds, arrived: Kinds, stream: Stream | None) -> list[str]:
    """Let the landed table have the columns and types of what arrived; what a person should hear of that."""
    place = f"landed.{quoted(table)}"
    notes = list[str]()
    new = not _exists(con, "landed", table)
    if new:
        con.execute(f"CREATE TABLE {place} (_dlt_hash VARCHAR, _row BIGINT)")
        for name, kind in made.items():
            con.execute(f"ALTER TABLE {place} ADD COLUMN {quoted(name)} {kind or TEXT}")
    there = {name.lower(): (name, kind) for name, kind in columns_of(con, table).items()}
    for name, kind in arrived.items():
        if name.startswith(OWN):
            continue
        if f"{WAS}{name}".lower() in there:
            con.execute(
                f"ALTER TABLE {place} RENAME COLUMN {quoted(there[f'{WAS}{name}'.lower()][0])} TO {quoted(name)}"
            )
            notes.append(f"{table}: the column {name} is given again.")
            there[name.lower()] = (name, there[f"{WAS}{name}".lower()][1])
        if name.lower() not in there:
            con.execute(f"ALTER TABLE {place} ADD COLUMN {quoted(name)} {kind or made.get(name) or TEXT}")
            notes += [] if new else [f"{table}: the new column {name} is kept."]
        elif kind is not None:
            notes += _widen(con, table, *there[name.lower()], kind)
    return notes + (_vanished(con, table, stream, arrived) if stream and not new else [])


def _widen(con: duckdb.DuckDBPyConnection, table: str, name: str, now: str, kind: str) -> list[str]:
    """A column that holds what it held and what arrived; text, where that is of two kinds."""
    wanted = rows.wider(now, kind) or now
    if kind == now or (wanted == now and now != TEXT):
        return []
    place, column = f"landed.{quoted(table)}", quoted(name)
    (known,) = con.execute(f"SELECT count({column}) FROM {place}").fetchone() or (0,)
    wanted = wanted if known else kind
    if wanted == now:
        return []
    con.execute(f"ALTER TABLE {place} ALTER COLUMN {column} TYPE {wanted}")
    if not known or wanted != TEXT:
        return []
    strange = con.execute(
        f"SELECT {column} FROM arriving.{quoted(table)} "
        f"WHERE {column} IS NOT NULL AND TRY_CAST({column} AS {now}) IS NULL"
    ).fetchone()
    such = f", for example '{strange[0][:40]}'" if strange else ""
    words = {"DOUBLE": "numbers", "BIGINT": "whole numbers", "BOOLEAN": "true or false", "TIMESTAMP": "instants"}
    what = f"{table}: the column {name} held {words.get(now, now)} and now holds {words.get(kind, 'text')} too{such}."
    return [f"{what} It is kept as text; what an entity can't read waits in quarantine."]


def _vanished(con: duckdb.DuckDBPyConnection, table: str, stream: Stream, arrived: Kinds) -> list[str]:
    """Columns that the system no longer gives are put out of sight, so that a mapping that reads one says so."""
    if stream.fields is not None:
        given: Collection[str] = stream.fields
    elif stream.complete and arrived and _is_whole(con, stream):
        given = arrived
    else:
        return []
    own = (stream.deleted, stream.merged)
    known = {name.lower() for name in chain(given, own)}
    notes = []
    for name in columns_of(con, table):
        spread = any(name.startswith(f"{one}_") for one in stream.spread)
        if name.lower() in known or name.startswith(OWN) or name in OWN_COLUMNS or spread:
            continue
        con.execute(f"ALTER TABLE landed.{quoted(table)} RENAME COLUMN {quoted(name)} TO {quoted(WAS + name)}")
        what = f"{table}: the column {name} is no longer given: it was deleted, or may no longer be read."
        notes.append(f"{what} A mapping that reads it has to be corrected.")
    return notes


def _is_whole(con: duckdb.DuckDBPyConnection, stream: Stream) -> bool:
    """Whether all that exists has come."""
    told = con.execute("SELECT 1 FROM arriving._positions WHERE stream = $1 AND whole", [stream.table])
    return bool(told.fetchall())


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return {row[0]: str(row[1]) for row in con.execute(f"DESCRIBE landed.{quoted(table)}").fetchall()}


def _exists(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2"
    return bool(con.execute(found, [schema, table]).fetchall())
