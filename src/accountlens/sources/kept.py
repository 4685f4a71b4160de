"""What is fetched is kept: a source's rows in a DuckDB file of the store, brought up to date, landed from there.

The file of a source holds its tables in the schema `landed`; whoever fetches commits all of a fetch at once, so that a
crash leaves the last whole state. Columns and tables that begin with `_dlt` are a loader's own and do not land.
Whatever else a kind wants to find again lies in the folder beside the file that bears its name; it may be lost.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import duckdb

from accountlens.catalog.settings import SourceSettings
from accountlens.errors import AccountlensError
from accountlens.sources.databases import Wanted, landing_place, publish
from accountlens.sources.landed import LANDING, FaultyRow, Landed
from accountlens.sources.naming import OWN_COLUMNS, literal, table_name
from accountlens.warehouses.expand import quoted

FOLDER = "landed"  # of the store
SCHEMA = "landed"
TOLD = "told"  # a table beside: what is to be said of the rows
MEMORY_LIMIT = "1GB"  # of DuckDB while rows arrive; what exceeds it goes to a folder beside the kept file
LOADERS_OWN = "_dlt"
WAS = "_dlt_was_"  # before the name of a column that the system no longer gives; its values are kept
DIGESTS = "_dlt_digests"  # a table of the schema: for each table a word that changes with it
ANEW = "_anew"  # where a source is fetched as if for the first time, while the rows of before stay
Land = Callable[[duckdb.DuckDBPyConnection], list[Landed]]


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought: rows that came or changed, and what a person should hear (a new column, ...)."""

    rows: int
    notes: tuple[str, ...] = ()
    gone: int | None = None  # rows that went; None: not known


def kept_file(kept_in: Path, source: str) -> Path:
    """Where the rows of a source are kept."""
    return kept_in / f"{source}.duckdb"


def is_current(kept_in: Path, name: str, source: SourceSettings) -> bool:
    """Whether rows are kept, are those that the settings ask for, and are not damaged."""
    file, told = kept_file(kept_in, name), _told(kept_in, name)
    is_theirs = file.is_file() and told.is_file() and told.read_text("utf-8") == _print(source)
    return is_theirs and not _is_damaged(file)


def _is_damaged(file: Path) -> bool:
    """By a disk, or since another version of DuckDB wrote it."""
    try:
        duckdb.connect(str(file), read_only=True).close()
    except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
        return "lock" not in str(error)
    except duckdb.Error:  # a connection of this process has it open
        return False
    return False


def bring_up_to_date(
    kept_in: Path, name: str, source: SourceSettings, fetch: Callable[[Path], Fetched], *, anew: bool = False
) -> Fetched:
    """Let `fetch` bring changes into the kept file; into a new one that takes its place, where it is to be `anew`.

    A first fetch that died goes on with what it had.
    """
    if not anew and is_current(kept_in, name, source):
        return fetch(kept_file(kept_in, name))
    place = kept_in / ANEW
    if anew or not is_current(place, name, source):
        discard_source(place, name)
        place.mkdir(parents=True, exist_ok=True)
        _told(place, name).write_text(_print(source), encoding="utf-8")
    fetched = fetch(kept_file(place, name))
    _settle(kept_file(place, name))
    _told(kept_in, name).unlink(missing_ok=True)
    shutil.rmtree(kept_in / name, ignore_errors=True)
    _log(kept_file(kept_in, name)).unlink(missing_ok=True)  # without it the file is an older state, and whole
    kept_file(place, name).replace(kept_file(kept_in, name))
    if (place / name).is_dir():
        (place / name).replace(kept_in / name)
    _told(place, name).replace(_told(kept_in, name))
    return fetched


def compact(file: Path) -> None:
    """Write a kept file anew, without the bytes of rows that went: DuckDB keeps them until it needs their place."""
    _settle(file)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with TemporaryDirectory(dir=file.parent) as scratch, duckdb.connect() as con:
        con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET temp_directory = {literal(scratch)}")
        con.execute(f"ATTACH {literal(str(file.resolve()))} AS before (READ_ONLY)")
        con.execute(f"ATTACH {literal(str(new.resolve()))} AS after; COPY FROM DATABASE before TO after")
        con.execute("DETACH after; DETACH before")
    new.replace(file)


def discard(kept_in: Path, but: Collection[str] = ()) -> None:
    """Throw away what is kept, except of some sources: the next fetch of theirs is a first one."""
    for path in list(kept_in.iterdir()) if kept_in.is_dir() else ():
        if but and path.name == ANEW:
            discard(path, but)
        elif path.name.partition(".")[0] not in but:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def discard_source(kept_in: Path, name: str) -> None:
    """Throw away what is kept of one source."""
    for path in kept_in.glob(f"{name}*"):
        if path.name.partition(".")[0] == name:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def beside(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own for what arrives, with the kept file as `kept`: one transaction writes into one of them."""
    with TemporaryDirectory(dir=file.parent) as scratch, duckdb.connect(f"{scratch}/arriving.duckdb") as con:
        con.execute(f"SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET memory_limit = '{MEMORY_LIMIT}'")
        con.execute(f"ATTACH {literal(str(file.resolve()))} AS kept")
        con.execute(f"CREATE SCHEMA IF NOT EXISTS kept.{SCHEMA}")
        yield con
        con.execute("DETACH kept")


def keep_whole(file: Path, land: Land) -> Fetched:
    """Keep all that a kind lands which can't tell changes."""
    with beside(file) as con:
        landed = [replace(item, digest=uuid4().hex) for item in land(con)]
        con.execute(f"BEGIN; DROP SCHEMA kept.{SCHEMA} CASCADE; CREATE SCHEMA kept.{SCHEMA}")
        for source, table in dict.fromkeys((item.source, item.table) for item in landed):
            rows = f"{quoted(source)}.{quoted(table)}"
            con.execute(f"CREATE TABLE kept.{SCHEMA}.{quoted(table)} AS SELECT * FROM {rows}")
        tell(con, landed)
        con.execute("COMMIT")
    return Fetched(sum(item.rows for item in landed))


def tell(con: duckdb.DuckDBPyConnection, landed: Sequence[Landed], unsorted: Sequence[str] = ()) -> None:
    """Keep beside the rows what is to be said of them; rows of `unsorted` tables do not stand in their order.

    Such tables have `_row` and `_file` of their own.
    """
    told = json.dumps({"landed": [asdict(item) for item in landed], "unsorted": list(unsorted)})
    con.execute(f"CREATE OR REPLACE TABLE kept.{TOLD} AS SELECT $1 AS told", [told])


def land_kept(con: duckdb.DuckDBPyConnection, name: str, file: Path) -> list[Landed]:
    """Views on what is kept of a source; the file is only read."""
    alias = _alias(name)
    try:
        con.execute(f"ATTACH IF NOT EXISTS {literal(str(file.resolve()))} AS {quoted(alias)} (READ_ONLY)")
    except duckdb.Error as error:
        what = f"What is kept of its rows can't be read: {str(error).partition(chr(10))[0]}"
        raise AccountlensError(what, f"source '{name}'", "'accountlens refresh --full' fetches all anew.") from error
    landing_place(con, name)
    told = _told_of(con, alias)
    if told is None:
        digests, state = _digests(con, alias), _state(file)
        return [
            replace(_land_table(con, name, alias, table), digest=digests.get(table, state))
            for table in _tables(con, alias)
        ]
    for table in dict.fromkeys(one["table"] for one in told["landed"]):
        view, rows = ".".join(map(quoted, (name, table))), ".".join(map(quoted, (alias, SCHEMA, table)))
        order = "ORDER BY _row" if table in told["unsorted"] else ""
        con.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {rows} {order}")
    return [
        Landed(
            **{
                **one,
                **{key: tuple(one[key]) for key in ("notes", "gone")},
                "faulty": tuple(map(_faulty, one["faulty"])),
            }
        )
        for one in told["landed"]
    ]


def _faulty(row: Mapping[str, Any]) -> FaultyRow:
    return FaultyRow(**row)


def _told_of(con: duckdb.DuckDBPyConnection, alias: str) -> Any:
    """What is to be said of the rows, faulty ones among it; None where a kind keeps them by itself."""
    known = "SELECT 1 FROM duckdb_tables() WHERE database_name = $1 AND schema_name = 'main' AND table_name = $2"
    if not con.execute(known, [alias, TOLD]).fetchall():
        return None
    ((told,),) = con.execute(f"SELECT told FROM {quoted(alias)}.{TOLD}").fetchall()
    return json.loads(told)


def _digests(con: duckdb.DuckDBPyConnection, alias: str) -> dict[str, str]:
    """What a loader says of its tables, by name: another word whenever one was changed."""
    if DIGESTS not in _every_table(con, alias):
        return {}
    return dict(con.execute(f"SELECT tab, digest FROM {quoted(alias)}.{SCHEMA}.{DIGESTS}").fetchall())


def _state(file: Path) -> str:
    """Changes whenever the file is written."""
    found = file.stat()
    return hashlib.sha256(repr([found.st_size, found.st_mtime_ns, found.st_ctime_ns]).encode()).hexdigest()


def _tables(con: duckdb.DuckDBPyConnection, alias: str) -> list[str]:
    return [table for table in _every_table(con, alias) if not table.startswith(LOADERS_OWN)]


def _every_table(con: duckdb.DuckDBPyConnection, alias: str) -> list[str]:
    rows = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = $1 AND table_schema = $2 ORDER BY 1",
        [alias, SCHEMA],
    ).fetchall()
    return [table for (table,) in rows]


def _land_table(con: duckdb.DuckDBPyConnection, source: str, alias: str, table: str) -> Landed:
    relation = ".".join(map(quoted, (alias, SCHEMA, table)))
    names = [row[0] for row in con.execute(f"DESCRIBE {relation}").fetchall()]
    row, relation = (
        ("_row", f"(SELECT * FROM {relation} ORDER BY _row)") if "_row" in names else ("rowid + 1", relation)
    )
    listed = [one for one in names if not one.startswith(LOADERS_OWN) and one not in OWN_COLUMNS]
    gone = tuple(name.removeprefix(WAS) for name in names if name.startswith(WAS))
    return replace(publish(con, source, Wanted(table, table_name(table), ""), relation, row, listed), gone=gone)


def copied(con: duckdb.DuckDBPyConnection, name: str, landed: list[Landed]) -> list[Landed]:
    """What has landed, with its rows in the connection itself: the kept file is let go."""
    for table in dict.fromkeys(item.table for item in landed):
        view = ".".join(map(quoted, (name, table)))
        place = f"{quoted(LANDING)}.{quoted(f'{name}/{table}')}"
        con.execute(f"CREATE OR REPLACE TABLE {place} AS SELECT * FROM {view}")
        con.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {place}")
    con.execute(f"DETACH {quoted(_alias(name))}")
    return landed


def _alias(name: str) -> str:
    return f"_kept_{name}"


def _settle(file: Path) -> None:
    """Bring what stands in the log of a file into it, so that the file alone is whole."""
    with duckdb.connect(str(file)) as con:
        con.execute("CHECKPOINT")


def _log(file: Path) -> Path:
    return file.with_name(f"{file.name}.wal")


def _told(kept_in: Path, name: str) -> Path:
    """Which settings the rows were fetched by."""
    return kept_in / f"{name}.settings"


def _print(source: SourceSettings) -> str:
    return hashlib.sha256(json.dumps(source.identity, sort_keys=True, default=str).encode()).hexdigest()
