"""A snapshot opened in DuckDB: tables as views, derived facts as asked, each made when first needed."""

from __future__ import annotations

import json
import warnings
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, Protocol

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.engine.halves import Halves
from accountlens.engine.period_models import FitPeriods, bound, fitted, rows_sql, some_at_a_time
from accountlens.engine.plan import FactUse, Plan, use_of
from accountlens.engine.script import Script, Step
from accountlens.engine.shapes import Shapes
from accountlens.errors import AccountlensError, RowsElsewhereError
from accountlens.language.tables import Fact
from accountlens.warehouses.expand import expand, literal, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from accountlens.engine.fact_figures import FactFigures

# That a result is copied: planning it twice costs more. For all threads, as one cannot be silenced alone.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)
HISTORY = "account_attributes"
BARRED = "rows not here: "  # what DuckDB says where rows are read that lie in a warehouse
MOST_NARROWED = 64  # sessions for some accounts that are kept


class Running(Protocol):
    """What may run a statement."""

    def interrupt(self) -> None: ...


# Where it is set, every cursor and connection that is opened is put there: whoever set it may interrupt them.
OPENED: ContextVar[list[Running] | None] = ContextVar("opened", default=None)


class Standing(Protocol):
    """Figures that were computed before: for each fact of a plan its own, or None where it has none."""

    def serve(self, plan: Plan, facts: Sequence[Step], session: Session) -> Sequence[FactFigures | None]: ...

    def kept(self, plan: Plan, facts: Sequence[Step], session: Session) -> Sequence[Sequence[str]]: ...


class Session:
    """`tables` gives, for every table of the snapshot, the SQL that reads it. Safe to use from several threads."""

    keeps = True  # common tables are stored where that is asked (MATERIALIZED)
    remote: frozenset[str] = frozenset()  # tables whose rows lie in a warehouse
    seen: frozenset[str] | None = None  # the accounts it is for; None: all, and what is of no account

    def __init__(
        self,
        catalog: Catalog,
        tables: Mapping[str, str],
        zone: str,
        as_of: datetime,
        fit: FitPeriods | None = None,
        standing: Standing | None = None,
        remote: Collection[str] = (),
    ) -> None:
        self.catalog, self.tables, self.zone, self.as_of, self.fit = catalog, tables, zone, as_of, fit
        self.standing, self.remote = standing, frozenset(remote)
        self.con = duckdb.connect()
        self.con.execute("SET enable_progress_bar = false")  # it would draw into whatever the caller prints
        self.lock = RLock()  # of what makes tables
        self.made: set[str] = set()
        self.shapes, self.halves = Shapes(), Halves()
        self._labels: dict[str, Mapping[str, str]] = {}
        self._narrowed: OrderedDict[frozenset[str], Session] = OrderedDict()

    @property
    def whole(self) -> Session:
        """The session for all accounts."""
        return self

    def narrowed(self, accounts: frozenset[str]) -> Session:
        """The same for some accounts only; made once, while it is used."""
        from accountlens.engine.narrowed import NarrowedSession

        with self.lock:
            found = self._narrowed.get(accounts) or NarrowedSession(self, accounts)
            self._narrowed[accounts] = found
            self._narrowed.move_to_end(accounts)
            if len(self._narrowed) > MOST_NARROWED:
                self._narrowed.popitem(last=False)
            return found

    def history(self) -> frozenset[str]:
        """The account attributes that changed at some time."""
        self.table(HISTORY)
        return frozenset(row[0] for row in self.fetch(f"SELECT DISTINCT attribute FROM {HISTORY}").fetchall())

    def table(self, name: str) -> None:
        """Make an entity readable; one without a source is empty, with the right columns."""
        with self.lock:
            if name in self.made:
                return
            if name in self.tables:
                self.con.execute(f"CREATE VIEW {quoted(name)} AS {self.tables[name]}")
            elif name in self.remote:
                self._bar(name, name)
            else:
                columns = self.catalog.facts[name].columns.items()
                listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns)
                self.con.execute(f"CREATE TABLE {quoted(name)} ({listed})")
            self.made.add(name)

    def written(self, sql: str) -> str:
        """Authored SQL in the words of the engine that this session runs on."""
        return expand(sql, zone=self.zone)

    def check(self, use: FactUse) -> None:
        """`AccountlensError` where the fact may not be asked here, whether or not it is readable yet."""

    def ensure(self, use: FactUse) -> None:
        """Make exactly this fact readable, with the facts beneath it."""
        with self.lock:
            if use.relation not in self.made:
                self._make(use)

    def _make(self, use: FactUse) -> None:
        fact = self.catalog.facts[use.fact]
        beyond = json.loads(use.beyond)
        if not fact.sql or (not beyond and use.fact in self.tables):
            self.table(use.fact)
            return
        if self.stays_elsewhere(use):
            self._bar(use.relation, use.fact)
            self.made.add(use.relation)
            return
        if fact.model and not fact.asked:
            raise _not_fitted(fact, beyond)
        inside = self._beneath(use)
        sql = self.catalog.authored(use.fact, beyond, self.as_of)
        shadows = ", ".join(
            f"{name} AS (SELECT * FROM {quoted(other)})" for name, other in inside.items() if name != other
        )
        sql = f"WITH {shadows} SELECT * FROM (\n{sql}\n) AS whole" if shadows else sql
        try:
            if fact.asked:
                self._put_rows(use, self._fitted(use, sql))
            else:
                self._put(use.relation, "TABLE" if fact.stored else "VIEW", self.written(sql))
        except duckdb.Error as error:
            raise AccountlensError(f"The fact '{fact.name}' cannot be computed: {error}", fact.file) from error
        self.made.add(use.relation)

    def lacks(self, name: str) -> bool:
        """Whether a table can be planned with and not read: its rows lie in a warehouse."""
        if not self.remote or name in self.tables:
            return False
        return self._is_remote(name, {}) if self.catalog.facts[name].sql else name in self.remote

    def stays_elsewhere(self, use: FactUse) -> bool:
        """Whether a fact cannot be computed here: it is made of rows that lie in a warehouse, and is not kept."""
        return bool(self.remote) and self._is_remote(use.fact, json.loads(use.beyond))

    def _is_remote(self, fact: str, beyond: Mapping[str, Any]) -> bool:
        """Whether a fact with these parameters, which is not kept here, is made of rows that are not here either."""
        for name in self.catalog.facts[fact].reads:
            derived = bool(self.catalog.facts[name].sql)
            own = {key: beyond[key] for key in self.catalog.parameters(name) if key in beyond} if derived else {}
            kept = name in self.tables and not own
            if not kept and (self._is_remote(name, own) if derived else name in self.remote):
                return True
        return False

    def _bar(self, relation: str, fact: str) -> None:
        """A relation with the columns of a fact, that can be planned with and not read: its rows are not here."""
        barred = (
            f"error({literal(f'{BARRED}{fact}.')} || i)"  # of each row and column: no constant that is reckoned with
        )
        columns = self.catalog.facts[fact].columns.items()
        listed = ", ".join(f"CAST({barred} AS {kind}) AS {quoted(name)}" for name, kind in columns)
        rows = f"SELECT {listed} FROM range(1) r(i) WHERE CAST({barred} AS BOOLEAN)"
        self.con.execute(f"CREATE VIEW {quoted(relation)} AS {rows}")

    def ensure_fact(self, name: str) -> None:
        self.ensure(FactUse(name, name))

    def _fitted(self, use: FactUse, select: str) -> pa.Table | None:
        """What a model makes of each period's rows; nothing where no period is asked."""
        if not use.over or not self.fit:
            return None
        fact = self.catalog.facts[use.fact]
        ((count,),) = self.fetch(self.written(f"SELECT COUNT(*) AS n FROM (\n{select}\n) f")).fetchall()
        overs = some_at_a_time(use.over, count)
        return fitted(fact, overs, lambda over: self.arrow(self.written(rows_sql(fact, select, over))), self.fit)

    def _put(self, name: str, kind: Literal["TABLE", "VIEW"], sql: str) -> None:
        """Make a relation of a SELECT."""
        self.con.execute(f"CREATE {kind} {quoted(name)} AS {sql}")

    def _put_rows(self, use: FactUse, rows: pa.Table | None) -> None:
        """Make a fact of rows that were computed here."""
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in self.catalog.facts[use.fact].columns.items())
        self.con.execute(f"CREATE TABLE {quoted(use.relation)} ({columns})")
        if rows is not None:
            self.con.register("fitted", rows)
            self.con.execute(f"INSERT INTO {quoted(use.relation)} BY NAME SELECT * FROM fitted")
            self.con.unregister("fitted")

    def _beneath(self, above: FactUse) -> dict[str, str]:
        """The relations a fact reads, each made with those of the parameters that bear on it."""
        found, beyond = {}, json.loads(above.beyond)
        for name in self.catalog.facts[above.fact].reads:
            if not self.catalog.facts[name].sql:
                self.table(name)
                continue
            own = {key: value for key, value in beyond.items() if key in self.catalog.parameters(name)}
            use = use_of(name, own)
            if above.over and any(self.catalog.facts[fact].asked for fact in self.catalog.closure(name)):
                use = bound(use, above.over)
            self.ensure(use)
            found[name] = use.relation
        return found

    def labels(self, entity: str) -> Mapping[str, str]:
        """What the rows of an entity are called, by their key."""
        if entity not in self._labels:
            self.table(entity)
            key, label = self.catalog.entities[entity].key[0], self.catalog.entities[entity].label
            rows = self.fetch(f'SELECT "{key}", "{label}" FROM {quoted(entity)} WHERE "{label}" IS NOT NULL').fetchall()
            self._labels[entity] = dict(rows)
        return self._labels[entity]

    def ready(self, plan: Plan, facts: Sequence[Step]) -> Sequence[FactFigures | None]:
        """For each fact of a plan the figures that stand ready for it, or None where they have to be computed."""
        return self.standing.serve(plan, facts, self) if self.standing else [None] * len(facts)

    def kept(self, plan: Plan, facts: Sequence[Step]) -> Sequence[Sequence[str]]:
        """Of facts that do not stand ready as wholes, the columns that do."""
        return self.standing.kept(plan, facts, self) if self.standing and facts else [()] * len(facts)

    def figures(self, script: Script, dims: Sequence[str], ready: Sequence[FactFigures | None]) -> list[FactFigures]:
        """What each fact gives to a question: as it stands ready, else computed; `dims` are its groups' columns."""
        return [found or self.compute(step, dims) for step, found in zip(script.facts, ready, strict=True)]

    def compute(self, step: Step, dims: Sequence[str]) -> FactFigures:
        """What one fact gives."""
        from accountlens.engine.fact_figures import read_figures

        return read_figures(self.arrow(step.sql), step.columns, dims)

    def fetch(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run one statement; the cursor gives rows or Arrow. `AccountlensError` where it reads rows not kept here."""
        try:
            return self.cursor().execute(sql)
        except duckdb.InvalidInputException as error:
            raise _barred(error) or error from error

    def arrow(self, sql: str) -> pa.Table:
        """The rows of one SELECT."""
        found: pa.Table = self.fetch(sql).to_arrow_table()
        return found

    def limit_memory(self, limit: str, folder: Path) -> None:
        """Take no more than so much, such as 1GB; what exceeds it goes to a folder."""
        self.con.execute(f"SET memory_limit = {literal(limit)}; SET temp_directory = {literal(str(folder))}")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A way to run statements beside others."""
        cursor, opened = self.con.cursor(), OPENED.get()
        if opened is not None:
            opened.append(cursor)
        return cursor

    def close(self) -> None:
        self._narrowed.clear()
        self.con.close()


def _barred(error: Exception) -> AccountlensError | None:
    _, sign, table = str(error).partition(BARRED)
    return RowsElsewhereError(table.split(".")[0]) if sign else None


def _not_fitted(fact: Fact, beyond: Mapping[str, Any]) -> AccountlensError:
    """Models are fitted by a refresh, never while somebody waits for an answer."""
    if not beyond:
        what = f"The model '{fact.model}' behind the fact '{fact.name}' is not fitted with the present settings."
        return AccountlensError(what, fact.file, "Run 'accountlens refresh'.")
    asked = ", ".join(f"{name}={value}" for name, value in beyond.items())
    stored = ", ".join(f"{name}={fact.parameters.get(name)}" for name in beyond)
    what = f"The model '{fact.model}' was fitted with {stored}; with {asked} it is not fitted while you ask."
    mend = f"Set {asked} for the KPI under kpi_options in accountlens.yaml, then run 'accountlens refresh'."
    return AccountlensError(what, mend=mend)
