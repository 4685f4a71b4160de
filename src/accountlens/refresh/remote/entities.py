"""An entity whose rows stay in the warehouse, made there: checked, each key once, related to accounts; told of here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import expressions as exp

from accountlens.accounts.directory import IDS
from accountlens.accounts.matching import Way, ways
from accountlens.accounts.people import MAILS
from accountlens.accounts.relate import Relations
from accountlens.catalog.settings import FILE_NAME
from accountlens.errors import AccountlensError, Problem
from accountlens.language.tables import Entity
from accountlens.refresh.order import entity_order
from accountlens.refresh.remote.place import Remote
from accountlens.refresh.remote.raw import SOURCE, Raw
from accountlens.refresh.remote.rows import (
    REASON,
    Checked,
    checked,
    clue_columns,
    differs,
    each_once,
    left_over,
    repeats,
    with_account,
    with_person,
)
from accountlens.sources.mapping import Mapped, Origin
from accountlens.sources.staging import QUARANTINE, unusual_values
from accountlens.store.snapshots import Balance
from accountlens.warehouses.expand import quoted

if TYPE_CHECKING:
    from accountlens.refresh.entities import Prepared

ASIDE = 1000  # rows that are shown of those that were put aside
CHECKED = "_checked_"
LENT = {  # tables that are looked up in → what of them
    IDS: "given_id, account_id",
    MAILS: "mail, contact_id",
    "contacts": "contact_id, account_id",
}


@dataclass
class RemoteEntities:
    """The entities of one refresh whose rows stay. `lent`: tables that are there to be looked up in, for as long."""

    con: duckdb.DuckDBPyConnection
    remote: Remote
    raw: Raw
    lent: list[str] = field(default_factory=list)

    def take(self, entity: Entity, mapped: Mapped, relations: Relations, done: Prepared) -> None:
        """Make the table of an entity there, and note what became of its rows."""
        if relations.erased.active:
            what = f"Persons were erased here, and {entity.name} stay in the warehouse, where a refresh erases nobody."
            raise AccountlensError(what, f"{FILE_NAME}, warehouse", "Erase them there, too; then take out 'warehouse'.")
        origin = self._origin(entity, mapped)
        found = checked(entity, origin, self._rows_of(entity, origin, mapped))
        if found.unread:
            raise AccountlensError(*_unread(entity, origin, found))
        rows = CHECKED + entity.name
        self.remote.make(rows, found.select, "VIEW")
        given, bad = self.remote.rows(f"SELECT COUNT(*) AS n, COUNT({REASON}) AS bad FROM {rows}")[0]
        if bad:
            self._put_aside(entity, rows, found.columns)
        accepted = self._make(entity, f"(SELECT * FROM {rows} WHERE {REASON} IS NULL)", found.columns, relations, done)
        self.remote.drop(rows, "VIEW")
        self.remote.columns[entity.name] = [
            *zip(found.columns, found.kinds, strict=True),
            ("account_id_given", "VARCHAR"),
        ]
        done.balance[entity.name] = Balance(entity.name, given, accepted, given - bad - accepted, bad)
        lost = self.remote.rows(f"SELECT COUNT(*) AS n FROM {quoted(entity.name)} WHERE account_id IS NULL")
        done.unmatched[entity.name] = lost[0][0]
        done.warnings += unusual_values(self.remote.rows, entity, quoted(entity.name))

    def _make(self, entity: Entity, rows: str, columns: Sequence[str], relations: Relations, done: Prepared) -> int:
        """Rows without a fault into the entity's table; how many there are."""
        ((repeated,),) = self.remote.rows(repeats(entity, rows, columns))
        if repeated:
            ((different,),) = self.remote.rows(differs(entity, rows, columns))
            done.warnings += [_versions(entity, different)] if different else []
        once = f"({each_once(entity, rows, columns)})" if repeated else rows
        peopled = with_person(once, columns, self._lend(MAILS) if "contacts" in relations.present else None)
        tried = [replace(way, table=self._lend(way.table)) for way in ways(entity, relations.present)]
        clues = self._clues(entity, peopled, columns, relations, tried) if tried and clue_columns(columns) else None
        self.remote.make(entity.name, with_account(peopled, columns, tried, clues))
        return self.remote.finished(entity.name, entity_order(entity, columns).time)

    def _lend(self, table: str) -> str:
        """A table of here, to be looked up in there: its name there."""
        name = f"_lent_{table.strip('_')}"
        if name not in self.lent:
            self.remote.put(name, self.con.execute(f"SELECT {LENT[table]} FROM {table}").to_arrow_table())
            self.lent.append(name)
        return name

    def _clues(
        self, entity: Entity, rows: str, columns: Sequence[str], relations: Relations, tried: Sequence[Way]
    ) -> str | None:
        """What rows without an id say of their company comes here, each saying once; whose it is goes back."""
        found = self.remote.arrow(left_over(rows, columns, tried))
        if not found.num_rows:
            return None
        said, own = clue_columns(columns), [name for name in ("account_id", "contact_id") if name in entity.columns]
        self.con.register("_said", found)
        nobody = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in own)
        select, _ = relations.matcher.matched(entity, f"SELECT *, {nobody} FROM _said", [*said, *own])
        listed = ", ".join(map(quoted, said))
        whose = self.con.execute(f"SELECT {listed}, account_id FROM ({select}) WHERE account_id IS NOT NULL")
        name = f"_lent_clues_{entity.name}"
        self.remote.put(name, whose.to_arrow_table())
        self.con.unregister("_said")
        self.lent.append(name)
        return name

    def _put_aside(self, entity: Entity, rows: str, columns: Sequence[str]) -> None:
        """The first of the rows that were not taken, as they were read; all of them stand in the raw table."""
        listed = ", ".join(map(quoted, columns))
        faulty = f"SELECT {REASON}, {listed} FROM {rows} WHERE {REASON} IS NOT NULL"
        told = self.remote.arrow(f"{faulty} ORDER BY {REASON}, {listed} LIMIT {ASIDE}").to_pylist()
        aside = {
            "table": [entity.name] * len(told),
            "source": [f"{SOURCE}/{entity.name}"] * len(told),
            "reason": [row.pop(REASON) for row in told],
            "content": [json.dumps(row, default=str) for row in told],
        }
        self.con.register("_aside", pa.table(aside))
        self.con.execute(f"INSERT INTO {QUARANTINE} BY NAME SELECT * FROM _aside")
        self.con.unregister("_aside")

    def _origin(self, entity: Entity, mapped: Mapped) -> Origin:
        """The one table or file of SQL that gives its rows."""
        first, *others = mapped.origins[entity.name]
        if others:
            what = f"{entity.name} have rows in the warehouse and in {others[0].shown}, which are not put together."
            raise AccountlensError(what, FILE_NAME, "Load them into the warehouse, or give them another name there.")
        return first

    def _rows_of(self, entity: Entity, origin: Origin, mapped: Mapped) -> str:
        """The rows of an origin as SQL of the warehouse, where its tables lie in another schema than here."""
        text = mapped.sql.get(entity.name)
        tree = sqlglot.parse_one(text or f"SELECT * FROM {origin.relation}", read="duckdb")
        known = {name.lower(): name for name in self.raw.columns}
        for table in tree.find_all(exp.Table):
            if table.db.lower() == SOURCE and table.name.lower() in known:
                table.set("db", exp.to_identifier(self.remote.raw, quoted=True))
                table.set("this", exp.to_identifier(known[table.name.lower()], quoted=True))
        return f"({tree.sql(dialect='duckdb')})"

    def drop_lent(self) -> None:
        """What was looked up in is needed no longer."""
        for name in self.lent:
            self.remote.drop(name)
        self.lent.clear()


def _versions(entity: Entity, keys: int) -> Problem:
    what = f"Rows with one key and different values, by {' and '.join(entity.key)}: {keys} keys."
    mend = f"Rows of a warehouse have no order, so the greatest counts; choose by entities/{entity.name}.sql."
    return Problem(entity.name, 0, what, mend, "warning")


def _unread(entity: Entity, origin: Origin, found: Checked) -> tuple[str, str, str]:
    """What is wrong with columns that do not have the type they are read as."""
    wrong = [(origin.columns[name], kind, name) for name, kind in found.unread.items()]
    told = ", ".join(f"{given} is {kind} and {name} a {entity.columns[name].type}" for given, kind, name in wrong)
    mend = f"Cast them there in a view, or in entities/{entity.name}.sql: CAST({wrong[0][0]} AS ...) AS {wrong[0][2]}."
    return f"Columns have other types than they are read as: {told}.", origin.shown, mend
