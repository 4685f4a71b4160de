"""The whole of an erasure, in an order that can be cut off anywhere and run again.

New files are written beside the old ones; then one transaction makes every snapshot name them and remembers the
person's hashes; then the old files go and the app state is written anew. Cut off before the transaction, the person is
still found and all is done again; after it, what is left to do needs no name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from accountlens.accounts.erased import MARK
from accountlens.catalog.catalog import Catalog
from accountlens.erasing.files import Eraser
from accountlens.erasing.notes import clear_notes
from accountlens.erasing.person import Person, find_person
from accountlens.errors import AccountlensError
from accountlens.sources.kept import FOLDER as FETCHED
from accountlens.sources.kept import discard
from accountlens.store import PINNED, Snapshot, Store, TableVersion
from accountlens.store.erasures import Erasure, begin, digest, finish, hashes_of, salt_of
from accountlens.store.parquet_files import DataFile
from accountlens.store.state_reader import read_rows
from accountlens.warehouses.expand import literal, quoted

TABLES = "tables"
SCRATCH = "1GB"  # of memory, before DuckDB uses the store's scratch folder


@dataclass(frozen=True)
class Found:
    """A person, and what the current snapshot has of them: rows by table."""

    person: Person
    rows: Mapping[str, int]
    snapshots: int


@dataclass(frozen=True)
class Erased:
    """What an erasure did. `left` are places that still name the person: none, or it has failed."""

    records: Mapping[str, int]  # contacts, leads: how many records were the person
    files: int  # data files written anew
    snapshots: int  # that changed
    notes: Sequence[str] = ()  # files of the workspace that changed
    left: Sequence[str] = ()
    mentions: Mapping[str, int] = field(default_factory=dict)  # table.column → rows of others that hold the name


def look(store: Store, catalog: Catalog, who: str) -> Found:
    """Whom `who` (a contact's or lead's id, an e-mail) names; `AccountlensError` where nobody is known so."""
    with duckdb.connect() as con:
        person = find_person(con, store, catalog.entities, who)
        if not person.known:
            raise _unknown(store, who)
        _refuse_user(store, person)
        snapshots = store.snapshots()
        rows = _counted(con, store, catalog, person, snapshots[0])
    return Found(person, rows, len(snapshots))


def erase(store: Store, catalog: Catalog, folder: Path, who: str) -> Erased:
    """Erase a person. Cut off at any moment, run again it does what is left to do."""
    with store.writing():
        pending = _finish(store)
        with duckdb.connect() as con:
            con.execute(f"SET memory_limit = '{SCRATCH}'; SET temp_directory = {literal(str(store.tmp))}")
            con.execute("SET enable_progress_bar = false")
            person = find_person(con, store, catalog.entities, who)
            if not person.known:
                if pending and _is_erased(store.erasures(), who):
                    return Erased({}, 0, 0)
                raise _unknown(store, who)
            _refuse_user(store, person)
            return _erase(con, store, catalog, folder, person)


def _refuse_user(store: Store, person: Person) -> None:
    """Somebody who signs in here is known by his e-mail: he goes first, then what is known of him."""
    users = read_rows(store.database, "users", ("email",), order="email", limit=-1, where={"deactivated_at IS": None})
    for (email,) in users:
        if email in person.emails:
            mend = f"Let them in no more first: 'accountlens user deactivate {email}'."
            raise AccountlensError(f"'{email}' is a user who signs in here.", mend=mend)


def _erase(con: duckdb.DuckDBPyConnection, store: Store, catalog: Catalog, folder: Path, person: Person) -> Erased:
    salt = salt_of(store.erasures())
    eraser = Eraser(con, catalog, person, salt, _extra(store, catalog))
    store.sweep()
    mentions = _mentions(con, store, person)
    moved = _write_files(store, eraser)
    snapshots = {one.id: _moved(one, moved) for one in store.snapshots()}
    newest = _commit(store, moved)
    current = snapshots[store.snapshots()[0].id]
    current.update({name: replace(one, version=newest.get(name, one.version)) for name, one in current.items()})
    notes = clear_notes(folder, person, eraser.mails)
    words = {**eraser.mails, **dict.fromkeys(person.plain_names(), "(erased)")}
    words |= {f"'{one}'": f"'{MARK}…'" for ids in person.ids.values() for one in sorted(ids)}
    hashes = {"email": [digest(salt, mail) for mail in sorted(person.emails)]}
    for kind, ids in (*person.ids.items(), *person.parents.items()):
        hashes[kind] = [digest(salt, one) for one in sorted(ids)]
    begin(store.state, salt, hashes, {id_: tables for id_, tables in snapshots.items() if tables}, words)
    _finish(store)
    records = {kind: len(ids) for kind, ids in person.ids.items() if ids}
    changed = sum(bool(tables) for tables in snapshots.values())
    return Erased(records, len(moved), changed, notes, _left(store, eraser), mentions)


def _write_files(store: Store, eraser: Eraser) -> dict[str, DataFile]:
    """Old file → the one without the person, for every data file that names them."""
    moved = {}
    for file in sorted((store.folder / TABLES).rglob("*.parquet")):
        place = file.relative_to(store.folder).as_posix()
        if "/_delta_log/" not in place and (new := eraser.rewrite(file, place.split("/")[1])):
            moved[place] = replace(new, path=f"{place.rpartition('/')[0]}/{new.path}")
    return moved


def _moved(snapshot: Snapshot, moved: Mapping[str, DataFile]) -> dict[str, TableVersion]:
    """The tables of a snapshot that have other files now."""
    return {
        name: replace(one, files=tuple(moved[file].path if file in moved else file for file in one.files))
        for name, one in snapshot.tables.items()
        if any(file in moved for file in one.files)
    }


def _commit(store: Store, moved: Mapping[str, DataFile]) -> dict[str, int]:
    """Make the newest version of each Delta table the published one with the new files: table → that version."""
    from accountlens.store.exchanged import exchange_files

    current, found = store.current(), dict[str, int]()
    published = current.tables if current else {}
    for table in sorted({place.split("/")[1] for place in moved}):
        inside = f"{TABLES}/{table}/"
        own = {place.removeprefix(inside): replace(new, path=new.path.removeprefix(inside))
               for place, new in moved.items() if place.startswith(inside)}  # fmt: skip
        now = published[table].version if table in published else None
        version = exchange_files(store.folder / TABLES / table, now, own, "erase")
        if version is not None:
            found[table] = version
    return found


def _finish(store: Store) -> bool:
    """What needs no name: old files and what was fetched go, the app state is written anew. Was anything to do?"""
    if not any(one.done_at is None for one in store.erasures()):
        return False
    store.sweep()
    discard(store.folder / FETCHED)  # fetched anew by the next refresh, which knows whom to leave out
    discard(store.folder / PINNED)  # a back-up that is being made, or was when it was killed
    finish(store.state, store.folder / "state.db")
    return True


def _left(store: Store, eraser: Eraser) -> list[str]:
    """The proof: every data file decoded, every other file of the store read as bytes."""
    found = []
    sure = [*eraser.mails, *eraser.person.plain_names()]
    for file in sorted(path for path in store.folder.rglob("*") if path.is_file()):
        place = file.relative_to(store.folder).as_posix()
        if file.suffix == ".parquet" and place.startswith(f"{TABLES}/") and "/_delta_log/" not in place:
            named = eraser.names(file, place.split("/")[1])
        else:
            content = file.read_bytes().lower()
            named = any(word.lower().encode() in content for word in sure)
        if named:
            found.append(place)
    return found


def _counted(
    con: duckdb.DuckDBPyConnection, store: Store, catalog: Catalog, person: Person, snapshot: Snapshot
) -> dict[str, int]:
    eraser, found = Eraser(con, catalog, person, "", set()), dict[str, int]()
    for name, version in sorted(snapshot.tables.items()):
        if name in catalog.entities or name == "quarantine":
            test = eraser.change(name, dict(version.columns)).test
            sql = f"SELECT count(*) FROM ({store.relation_sql(version)}) WHERE {test}"
            ((count,),) = con.execute(sql).fetchall()
            found |= {name: int(count)} if count else {}
    return found


def _mentions(con: duckdb.DuckDBPyConnection, store: Store, person: Person) -> dict[str, int]:
    """Where rows about others hold the person's whole name: told, not changed, since it may mean somebody else."""
    current, found = store.current(), dict[str, int]()
    for table, version in (current.tables if current else {}).items():
        if table in person.ids or not person.plain_names():
            continue
        texts = [column for column, kind in version.columns if kind == "VARCHAR"]
        named = (
            " OR ".join(f"contains({quoted(one)}, {literal(name)})" for name in person.plain_names()) for one in texts
        )
        holds = [f"count(*) FILTER ({test})" for test in named]
        if holds:
            (counts,) = con.execute(f"SELECT {', '.join(holds)} FROM ({store.relation_sql(version)})").fetchall()
            found |= {f"{table}.{column}": count for column, count in zip(texts, counts, strict=True) if count}
    return found


def _extra(store: Store, catalog: Catalog) -> set[str]:
    """Columns that sources brought along, by the entities of the kept snapshots."""
    made = {"kept_in", "ultimate_parent_id", "currency"}
    return {
        column
        for one in store.snapshots()
        for name, version in one.tables.items()
        if (entity := catalog.entities.get(name))
        for column, _ in version.columns
        if column not in entity.columns and column not in made and not column.endswith("_given")
    }


def _is_erased(known: Sequence[Erasure], who: str) -> bool:
    given = who.strip()
    hashes = {one for found in hashes_of(known).values() for one in found}
    return any(digest(one.salt, word) in hashes for one in known[:1] for word in (given, given.lower()))


def _unknown(store: Store, who: str) -> AccountlensError:
    if _is_erased(store.erasures(), who):
        what = f"'{who}' is erased already."
        return AccountlensError(what, mend="A source that still has the person is erased from at every refresh.")
    mend = "Give a contact's id or e-mail address, as in 'accountlens account NAME'."
    return AccountlensError(f"No contact and no lead is known as '{who}'.", mend=mend)
