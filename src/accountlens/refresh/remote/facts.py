"""Facts that read rows of a warehouse, made there by the SQL of every other fact; few of their rows come home."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import duckdb
import pyarrow as pa

from accountlens.catalog.catalog import Catalog
from accountlens.language.tables import Entity, Fact
from accountlens.refresh.bench import Progress
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.order import Order, fact_order
from accountlens.refresh.prints import FactPrints
from accountlens.refresh.remote.place import Remote
from accountlens.standing.computing import Between
from accountlens.standing.there import Told, versions_of
from accountlens.warehouses.expand import literal, quoted
from accountlens.warehouses.faults import WarehouseError

_ROWS, _HOME = "_remote_rows", "_coming_home"
AT_ONCE = 5_000_000  # rows that come home as one answer


def remote_facts(catalog: Catalog, staying: Collection[str]) -> frozenset[str]:
    """Facts that read, or are built from one that reads, an entity whose rows stay elsewhere."""

    def reads(fact: str) -> bool:
        return any(table in staying for name in catalog.closure(fact) for table in catalog.facts[name].reads)

    return frozenset(fact.name for fact in catalog.facts.values() if fact.sql and reads(fact.name))


@dataclass(frozen=True)
class Then:
    """What the last snapshot's facts there were made from, and where they lie; nothing where that does not hold."""

    schema: str = ""
    made: Mapping[str, str] = field(default_factory=dict)  # fact → a print of all it was made from
    prints: Mapping[str, Told] = field(default_factory=dict)


@dataclass
class RemoteFacts:
    """The facts of one refresh that are made there, but those of which nothing changed since `then`."""

    con: duckdb.DuckDBPyConnection
    remote: Remote
    catalog: Catalog
    as_of: datetime
    keeper: StoreKeeper
    then: Then = Then()
    made: dict[str, str] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)

    def lend(self, here: Iterable[str], tell: Progress) -> None:
        """Put the finished tables of here beside those of there: what is no fact made by SQL alone."""
        facts = self.catalog.facts
        names = [name for name in here if name not in facts or not facts[name].sql or facts[name].model]
        for place, name in enumerate(names):
            tell(f"sending {name}", place, len(names))
            self._send(name)

    def make(self, names: Sequence[str], tell: Progress) -> list[pa.Table]:
        """Make those that are stored or come home, as they build on each other; what became of models."""
        session, runs = self.remote.session(self.catalog, self.as_of), list[pa.Table]()
        for place, name in enumerate(names):
            fact = self.catalog.facts[name]
            if not (fact.stored or fact.reduced):
                continue
            tell(f"deriving {name} in the warehouse", place, len(names))
            if fact.model:
                for beneath in fact.reads:
                    session.ensure_fact(beneath)
                runs.append(self._fitted(fact))
            elif not fact.stored:  # a view, for what comes home of it
                session.ensure_fact(name)
            elif not self._take_over(name):
                session.ensure_fact(name)
                self.remote.finished(name, self._order(fact).time)
            if fact.reduced:
                self._bring(fact)
        return runs

    def _take_over(self, name: str) -> bool:
        """Copy a fact's rows from the last snapshot's table, where they are made from the same and still there."""
        there = versions_of(self.remote.prints, self.catalog)
        prints = FactPrints(self.catalog, self.remote.zone, self.as_of, {**self.keeper.versions, **there})
        self.made[name] = prints.of(name)
        if self.then.made.get(name) != self.made[name]:
            return False
        try:
            self.remote.make(name, f"SELECT * FROM {quoted(self.then.schema)}.{quoted(name)}")
        except WarehouseError:  # somebody removed it
            return False
        self.remote.same(name, self.then.prints[name])
        self.reused.append(name)
        return True

    def _fitted(self, fact: Fact) -> pa.Table:
        """A modelled fact: its input comes here, is fitted, and what came of it goes back."""
        from accountlens.models.modelled import FITTED, model_fact

        found = model_fact(self.con, self.catalog, fact, self.as_of, self.remote.zone, bring=self.remote.arrow)
        self.keeper(fact.name, found.rows, Order(tuple(map(quoted, fact.key or fact.columns))))
        self.con.execute(f"DROP TABLE temp.{FITTED}")
        self._send(fact.name)
        return found.runs

    def _send(self, name: str) -> None:
        rows: pa.Table = self.con.execute(f"SELECT * FROM {quoted(name)}").to_arrow_table()
        self.remote.put(name, rows)
        self.remote.brought(name, rows.num_rows)

    def _bring(self, fact: Fact) -> None:
        if fact.name in self.reused and fact.name in self.keeper.before:
            self.keeper.reuse(fact.name)
            return
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in fact.columns.items())
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {_HOME} ({columns})")
        for rows in self._answers(fact):
            self.con.register(_ROWS, rows)
            self.con.execute(f"INSERT INTO temp.{_HOME} SELECT * FROM {_ROWS}")
            self.con.unregister(_ROWS)
        self.keeper(fact.name, f"SELECT * FROM temp.{_HOME}", self._order(fact))
        self.con.execute(f"DROP TABLE temp.{_HOME}")

    def _answers(self, fact: Fact) -> Iterator[pa.Table]:
        """Its rows, of some accounts at a time where they are many; what is a view there is computed once."""
        table = fact.name if fact.stored else _HOME
        if not fact.stored:
            self.remote.make(table, f"SELECT * FROM {quoted(fact.name)}")
        ((count,),) = self.remote.rows(f"SELECT COUNT(*) AS n FROM {quoted(table)}")
        listed = ", ".join(map(quoted, fact.columns))
        for condition in self._parts(count if "account_id" in fact.columns else 0):
            yield self.remote.arrow(f"SELECT {listed} FROM {quoted(table)} WHERE {condition}")
        if not fact.stored:
            self.remote.drop(table)

    def _parts(self, rows: int) -> Iterator[str]:
        """Conditions that hold for each row once, and each for no more rows than come home together, more or less."""
        parts = max(-(-rows // AT_ONCE), 1)
        ids = [row[0] for row in self.con.execute("SELECT account_id FROM accounts ORDER BY account_id").fetchall()]
        edges = sorted({ids[len(ids) * place // parts] for place in range(1, parts)} if ids else ())
        for low, high in pairwise([None, *edges, None]):
            nobodys = " OR account_id IS NULL" if low is None and high is not None else ""
            yield f"{Between(low, high).condition('account_id') or 'TRUE'}{nobodys}"

    def _order(self, fact: Fact) -> Order:
        origin = self.catalog.entities.get(fact.primary[0]) if fact.primary else None
        return fact_order(fact, origin, fact.columns)

    def empty(self, entity: Entity) -> list[str]:
        """The columns of an entity that no row fills, where it has rows."""
        columns = list(entity.columns)
        counts = ", ".join(f"COUNT({quoted(name)}) AS {quoted(name)}" for name in columns)
        ((given, *filled),) = self.remote.rows(f"SELECT COUNT(*) AS _rows, {counts} FROM {quoted(entity.name)}")
        return [name for name, count in zip(columns, filled, strict=True) if given and not count]

    def latest(self, entity: Entity) -> datetime | None:
        """When the last of its rows happened, up to the present."""
        columns = entity.columns.values()
        times = [column.name for column in columns if column.type in ("time", "date") and column.required]
        if not times:
            return None
        happened = quoted(times[0])
        ((found,),) = self.remote.rows(
            f"SELECT MAX({happened}) AS latest FROM {quoted(entity.name)} WHERE {happened} <= {literal(self.as_of)}"
        )
        return found if isinstance(found, datetime) else None
