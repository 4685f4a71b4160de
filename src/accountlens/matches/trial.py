"""What a decision would change: rows are related anew over the snapshot, and KPIs asked before and after."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from accountlens.accounts.decision_files import MERGES, Decided, Merge
from accountlens.accounts.history import BEFORE, SEEN
from accountlens.accounts.history import NAME as ATTRIBUTES
from accountlens.accounts.merges import MERGED
from accountlens.accounts.relate import Relations
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Settings
from accountlens.language.asked import Asked
from accountlens.refresh.bench import TABLES, make_table, workbench
from accountlens.sources.casts import add_macros
from accountlens.store import Snapshot, Store
from accountlens.warehouses.expand import quoted

WAS = "_account_before"


@dataclass
class Trial:
    """A snapshot as it would be: the tables that differ, and of how many rows the account does."""

    tables: dict[str, str] = field(default_factory=dict)  # name → SQL
    rows: dict[str, int] = field(default_factory=dict)  # entity → rows of another account


@contextmanager
def tried(store: Store, snapshot: Snapshot, catalog: Catalog, settings: Settings, decided: Decided) -> Iterator[Trial]:
    """The snapshot under these decisions, in tables that last as long as the context."""
    with tempfile.TemporaryDirectory(prefix="accountlens-") as place, workbench() as con:
        con.execute(f"CREATE SCHEMA {TABLES}; SET schema = '{TABLES}'")
        add_macros(con, settings.time_zone)
        yield _Trying(con, store, snapshot, catalog, settings, decided, Path(place)).run()


class _Trying:
    """One trial in the making."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        store: Store,
        snapshot: Snapshot,
        catalog: Catalog,
        settings: Settings,
        decided: Decided,
        place: Path,
    ) -> None:
        self.con, self.store, self.snapshot, self.catalog, self.place = con, store, snapshot, catalog, place
        self.trial = Trial()
        present = [name for name in catalog.entities if name in snapshot.tables]
        of_sources = [Merge(loser, survivor) for loser, survivor in self._merged("source <> $1", MERGES)]
        own = {merge.loser_id for merge in decided.merges}
        merges = (*(merge for merge in of_sources if merge.loser_id not in own), *decided.merges)
        self.relations = Relations(
            con,
            catalog.entities,
            present,
            settings.currency,
            settings.time_zone,
            snapshot.as_of,
            Decided(decided.matches, merges),
        )

    def run(self) -> Trial:
        for name in self.relations.order():
            if name == "accounts":
                self._accounts()
            elif name != "fx_rates" and "account_id" in self.catalog.entities[name].columns:
                self._entity(name)
        self._attributes()
        return self.trial

    def _accounts(self) -> None:
        """The accounts without those that are merged; what is known of earlier losers is remembered."""
        columns = [name for name, _ in self.snapshot.tables["accounts"].columns if name != "ultimate_parent_id"]
        rows = f"SELECT {', '.join(map(quoted, columns))} FROM ({self._reading('accounts')})"
        select, _, _ = self.relations.relate(self.catalog.entities["accounts"], rows, columns)
        self.con.execute(
            f"UPDATE {MERGED} SET sites = m.sites, names = m.names FROM ({self._reading('account_merges')}) m "
            f"WHERE m.loser_id = {MERGED}.loser_id AND {MERGED}.sites IS NULL"
        )
        make_table(self.con, "accounts", select)
        self.relations.learn(self.catalog.entities["accounts"])
        ((count,),) = self.con.execute("SELECT count(*) FROM accounts").fetchall()
        gone = self.snapshot.tables["accounts"].rows - count
        if gone:
            self._take("accounts", "SELECT * FROM accounts", gone)

    def _entity(self, name: str) -> None:
        entity = self.catalog.entities[name]
        columns = [column for column, _ in self.snapshot.tables[name].columns if column != "account_id_given"]
        listed = ["account_id_given AS account_id" if one == "account_id" else quoted(one) for one in columns]
        rows = f"SELECT {', '.join(listed)}, account_id AS {WAS} FROM ({self._reading(name)})"
        select, _, _ = self.relations.relate(entity, rows, [*columns, WAS])
        kept = name == "contacts"  # others look their account up
        if kept:
            make_table(self.con, "_related", select)
            select = "SELECT * FROM _related"
        counted = f"SELECT count(*), count(*) FILTER (WHERE account_id IS DISTINCT FROM {WAS}) FROM ({select})"
        ((rows_left, moved),) = self.con.execute(counted).fetchall()
        if kept:
            make_table(self.con, name, f"SELECT * EXCLUDE ({WAS}) FROM _related")
        moved += self.snapshot.tables[name].rows - rows_left
        if moved:
            self._take(name, f"SELECT * EXCLUDE ({WAS}) FROM ({select})", moved)

    def _attributes(self) -> None:
        """What accounts were, where there are other accounts now."""
        if "accounts" not in self.trial.tables:
            return
        self.con.execute(f"CREATE SCHEMA {BEFORE}")
        for name in ("account_history", SEEN):
            if name in self.snapshot.tables:
                reading = self.trial.tables.get(name, self._reading(name))
                schema = f"{BEFORE}." if name == SEEN else ""
                self.con.execute(f"CREATE OR REPLACE VIEW {schema}{quoted(name)} AS {reading}")
        for name, select in self.relations.histories().items():
            make_table(self.con, name, select)
        self._take(ATTRIBUTES, f"SELECT * FROM {ATTRIBUTES}", 0)

    def _take(self, name: str, select: str, rows: int) -> None:
        file = str(self.place / f"{name}.parquet").replace("'", "''")
        self.con.execute(f"COPY ({select}) TO '{file}' (FORMAT parquet)")
        self.trial.tables[name] = f"SELECT * FROM read_parquet('{file}')"
        if rows:
            self.trial.rows[name] = rows

    def _reading(self, name: str) -> str:
        return self.store.relation_sql(self.snapshot.tables[name])

    def _merged(self, where: str, *values: str) -> list[tuple[str, str]]:
        found = f"SELECT loser_id, survivor_id FROM ({self._reading('account_merges')}) WHERE {where}"
        return self.con.execute(found, [*values]).fetchall()


def touched(catalog: Catalog, changed: Sequence[str]) -> tuple[frozenset[str], list[str]]:
    """The facts that read any of these tables, and the KPIs that are asked of them; fitted models are left out."""
    names = {*changed, ATTRIBUTES} if "accounts" in changed else {*changed}
    facts = {name for name in catalog.facts if name in names}
    for name in catalog.facts:
        beneath = {*catalog.closure(name), name}
        if names & {other for one in beneath for other in catalog.facts[one].reads}:
            facts.add(name)
    kpis = []
    for name in catalog.kpis:
        measured = {measure.fact for measure in catalog.kpi(Asked(name)).measures.values()}
        below = {one for fact in measured for one in (*catalog.closure(fact), fact)}
        if measured & facts and not any(catalog.facts[one].model and not catalog.facts[one].asked for one in below):
            kpis.append(name)
    return frozenset(facts), kpis


def moved(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The KPIs whose value would be another, those that move most first: kpi, unit, before, after."""
    now = {row["kpi"]: row for row in after}
    found = [
        {"kpi": row["kpi"], "unit": row["unit"], "before": row["value"], "after": now[row["kpi"]]["value"]}
        for row in before
        if row["kpi"] in now and now[row["kpi"]]["value"] != row["value"]
    ]
    return sorted(found, key=lambda one: (-_share(one["before"], one["after"]), one["kpi"]))


def _share(before: Any, after: Any) -> float:
    if not isinstance(before, int | float) or not isinstance(after, int | float) or not before:
        return float("inf")
    return abs(after / before - 1)
