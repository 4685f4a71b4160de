"""The tables of a database brought up to date in a kept file: whole, or what changed of them, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

import duckdb

from accountlens.sources.changes import CAME, CHANGED, GONE, KEYS, MORE, NEW, Table
from accountlens.sources.databases import Base, Misfit, landing_place
from accountlens.sources.kept import SCHEMA, Fetched, tell
from accountlens.sources.landed import Landed
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

KNOWN = "known"  # a table beside the kept ones: how each was fetched
NOT_ASKED = {"lookback", "optional", "deletes"}  # settings of a table that leave the rows what they are


@dataclass(frozen=True)
class Known:
    """How a kept table was fetched."""

    asked: str  # its settings
    shape: Mapping[str, str]
    content: str  # the rows in short, of a table that is read whole each time
    landed: Mapping[str, Any]
    is_sorted: bool


@dataclass(frozen=True)
class Step:
    """What is to be done to a kept table: to take the place of it, or to exchange some rows."""

    table: Table
    known: Known
    whole: bool = False
    came: int = 0
    went: int = 0
    notes: tuple[str, ...] = ()


def fetch_changes(
    con: duckdb.DuckDBPyConnection, name: str, base: Base, progress: Callable[[str, int, int], None] | None = None
) -> Fetched:
    """Bring the kept tables of a source to what the database holds; `con` is from `kept.beside`."""
    con.execute(f"CREATE TABLE IF NOT EXISTS kept.{KNOWN} (name TEXT, told TEXT)")
    told = con.execute(f"SELECT name, told FROM kept.{KNOWN}").fetchall()
    known = {table: Known(**json.loads(text)) for table, text in told}
    for schema in (CAME, KEYS, MORE, NEW, CHANGED, GONE):
        landing_place(con, schema)
    steps = []
    for done, wanted in enumerate(base.wanted):
        if progress:
            progress(wanted.shown, done, len(base.wanted))
        table = Table(con, base, wanted, f"source '{name}', tables", base.shape(wanted))
        steps.append(_look(table, name, known.get(wanted.table)))
    if progress:
        progress("", len(steps), len(steps))
    _apply(con, steps, known, base.notes)
    notes = tuple(note for step in steps for note in step.notes)
    return Fetched(sum(step.came for step in steps), notes, sum(step.went for step in steps))


def _look(table: Table, source: str, known: Known | None) -> Step:
    asked = table.settings.model_dump_json(exclude=NOT_ASKED)
    if known is None or known.asked != asked:
        return _whole(table, source, asked)
    if [*known.shape.items()] != [*table.shape.items()]:  # in their order, too
        return _whole(table, source, asked, notes=tuple(_differences(table, known.shape)))
    if not table.settings.is_incremental:
        return _whole(table, source, asked, known)
    try:
        came, went = table.changes()
    except Misfit:
        return _whole(table, source, asked)
    updates = (
        came and table.con.execute(f"SELECT 1 FROM {table.place(CHANGED)} WHERE _was IS NOT NULL LIMIT 1").fetchall()
    )
    return Step(table, replace(known, is_sorted=known.is_sorted and not updates), came=came, went=went)


def _whole(table: Table, source: str, asked: str, known: Known | None = None, notes: tuple[str, ...] = ()) -> Step:
    """The table as it is now; the same rows as are `known` need not be written again."""
    landed = replace(table.whole(), source=source, digest=uuid4().hex)
    content = "" if table.settings.is_incremental else _content(table)
    if known is not None and known.content == content:
        return Step(table, known)
    found = Known(asked, table.shape, content, asdict(landed), is_sorted=True)
    return Step(table, found, whole=True, came=landed.rows, notes=notes)


def _content(table: Table) -> str:
    """The rows in short, in whatever order they come."""
    columns = [row[0] for row in table.con.execute(f"DESCRIBE {table.place(CAME)}").fetchall()]
    listed = ", ".join(map(quoted, (name for name in columns if name not in ("_row", "_file"))))
    hashes = f"SELECT hash({listed}) AS h FROM {table.place(CAME)}"
    return repr(table.con.execute(f"SELECT count(*), sum(h)::VARCHAR, bit_xor(h)::VARCHAR FROM ({hashes})").fetchall())


def _differences(table: Table, before: Mapping[str, str]) -> list[str]:
    """What a person should hear of a table whose columns are others than before."""
    now, shown = table.shape, table.wanted.shown
    new = [f"{shown}: the column {name} is new" for name in now if name and name not in before]
    gone = [f"{shown}: there is no column {name} any more" for name in before if name and name not in now]
    others = [
        f"{shown}: the column {name} is of another type"
        for name in now
        if name and before.get(name, now[name]) != now[name]
    ]
    told = [*new, *gone, *others]
    return told if told else [f"{shown} was made or filled anew in the database, so it was read whole"]


def _apply(
    con: duckdb.DuckDBPyConnection, steps: Sequence[Step], known: Mapping[str, Known], notes: Sequence[str]
) -> None:
    con.execute("BEGIN")
    for name in known.keys() - {step.table.wanted.table for step in steps}:
        con.execute(f"DROP TABLE kept.{SCHEMA}.{quoted(name)}")
    con.execute(f"DELETE FROM kept.{KNOWN}")
    landed: list[Landed] = []
    for step in steps:
        if step.whole:
            con.execute(f"CREATE OR REPLACE TABLE {step.table.kept} AS SELECT * FROM {step.table.place(CAME)}")
        elif step.came or step.went:
            _exchange(con, step)
        told = _landed_now(con, step)
        kept = replace(step.known, landed=asdict(told))
        con.execute(f"INSERT INTO kept.{KNOWN} VALUES ($1, $2)", [told.table, json.dumps(asdict(kept))])
        landed.append(told if landed else replace(told, notes=(*told.notes, *notes)))
    tell(con, landed, [step.table.wanted.table for step in steps if not step.known.is_sorted])
    con.execute("COMMIT")


def _exchange(con: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Rows that are others keep their number; new ones are numbered on."""
    table = step.table
    ((top,),) = con.execute(f"SELECT coalesce(max(_row), 0) FROM {table.kept}").fetchall()
    changed = table.place(CHANGED)
    con.execute(f"DELETE FROM {table.kept} WHERE _row IN (SELECT _row FROM {table.place(GONE)})")
    con.execute(f"DELETE FROM {table.kept} WHERE _row IN (SELECT _was FROM {changed})")
    number = f"coalesce(_was, {top} + row_number() OVER (PARTITION BY _was IS NULL))"
    con.execute(
        f"INSERT INTO {table.kept} BY NAME "
        f"SELECT * EXCLUDE (_was), {number} AS _row, {literal(table.wanted.shown)} AS _file FROM {changed}"
    )


def _landed_now(con: duckdb.DuckDBPyConnection, step: Step) -> Landed:
    before = Landed(**{**step.known.landed, "faulty": (), "notes": tuple(step.known.landed["notes"])})
    if step.whole or not (step.came or step.went):
        return before
    ((rows,),) = con.execute(f"SELECT count(*) FROM {step.table.kept}").fetchall()
    return replace(before, rows=rows, digest=uuid4().hex)
