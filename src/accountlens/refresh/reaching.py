"""Facts that say how far changes reach: only the rows are made anew that a change can touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.language.reach import Reach
from accountlens.language.tables import Fact
from accountlens.refresh.bench import TABLES
from accountlens.refresh.changes import Changes, Delta, net
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.order import fact_order
from accountlens.store import TableVersion
from accountlens.warehouses.expand import bind, expand, quoted

MOST_WHOLE = 0.4  # of the parts; where more change from their beginning on, all are made anew


@dataclass
class Reaching:
    """Makes anew what changes can touch of one fact after the other."""

    con: duckdb.DuckDBPyConnection
    catalog: Catalog
    keeper: StoreKeeper
    changes: Changes
    zone: str
    as_of: datetime

    def renew(self, fact: Fact) -> bool:
        """Bring a fact up to date; False where it has to be made anew as a whole."""
        reach, before = fact.reach, self.keeper.before.get(fact.name)
        if reach is None or before is None or not self._cut(fact, reach):
            return False
        self._drop(fact, reach, before)
        self._begin(reach)
        sql = self._sql(fact, reach)
        delta = self._delta(fact)
        self.con.execute(f"CREATE OR REPLACE TABLE {delta.came} AS {sql}")
        described = self.con.execute(f"DESCRIBE {delta.came}").fetchall()
        if [row[0] for row in described] != [name for name, _ in before.columns]:
            return False
        self._join_spans(reach, delta)
        net(self.con, delta)
        return self._keep(fact, before, delta)

    def _delta(self, fact: Fact) -> Delta:
        return Delta(self.changes.place("came", fact.name), self.changes.place("went", fact.name))

    def _cut(self, fact: Fact, reach: Reach) -> bool:
        """Where the parts of a fact change first: `_cuts` (part, since), since NULL = from the beginning."""
        found = []
        for name in self._tables(fact.name):
            if self.changes.unchanged(name):
                continue
            delta = self.changes.of(name)
            if delta is None:
                return False
            cuts = self._cuts(name, reach, delta)
            if cuts is None:
                return False
            found += cuts
        first = "CASE WHEN bool_or(since IS NULL) THEN NULL ELSE min(since) END"
        rows = " UNION ALL ".join(found) or "SELECT NULL AS part, NULL AS since WHERE false"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _cuts AS SELECT part, {first} AS since FROM ({rows}) found(part, since) GROUP BY part"
        )
        return self._is_worth_it(reach)

    def _is_worth_it(self, reach: Reach) -> bool:
        """Whether most parts stay as they are, or for most of their time."""
        ((whole,),) = self.con.execute("SELECT count(*) FROM temp._cuts WHERE since IS NULL").fetchall()
        if not whole:
            return True
        event, part = next(iter(reach.events)), reach.by_events or reach.by
        ((known,),) = self.con.execute(f"SELECT approx_count_distinct({part}) FROM {quoted(event)}").fetchall()
        return bool(whole <= MOST_WHOLE * known)

    def _cuts(self, name: str, reach: Reach, delta: Delta) -> list[str] | None:
        """Queries of (part, since) for what changed in a table."""
        both = [delta.came, delta.went]
        if name in reach.events:
            since = f"min({quoted(reach.events[name])})" if reach.at else "CAST(NULL AS TIMESTAMP)"
            part = reach.by_events or reach.by
            return [f"SELECT {part} AS part, {since} AS since FROM {one} GROUP BY 1" for one in both]
        if name in reach.lookups:
            return [*self._looked_up(name, reach, delta)]
        if name in reach.own:
            return [f"SELECT {reach.by}, CAST(NULL AS TIMESTAMP) FROM {one}" for one in both]
        return None

    def _looked_up(self, name: str, reach: Reach, delta: Delta) -> Iterator[str]:
        """Parts with events that point to a row that changed."""
        (key,) = self.catalog.entities[name].key
        keys = f"SELECT {quoted(key)} FROM {delta.came} UNION SELECT {quoted(key)} FROM {delta.went}"
        table, dot, column = reach.lookups[name].partition(".")
        if dot:
            pointing = f"SELECT {reach.by}, CAST(NULL AS TIMESTAMP) FROM {{}} WHERE {quoted(column)} IN ({keys})"
            yield pointing.format(quoted(table))
            return
        for event, time in reach.events.items():
            since = f"min({quoted(time)})" if reach.at else "CAST(NULL AS TIMESTAMP)"
            part = reach.by_events or reach.by
            yield (
                f"SELECT {part} AS part, {since} AS since FROM {quoted(event)} "
                f"WHERE {quoted(reach.lookups[name])} IN ({keys}) GROUP BY 1"
            )

    def _drop(self, fact: Fact, reach: Reach, before: TableVersion) -> None:
        """The rows that no longer stand for sure."""
        old = f"({self.keeper.store.relation_sql(before)})"
        self.con.execute(
            f"CREATE OR REPLACE TABLE {self._delta(fact).went} AS SELECT f.* FROM {old} f JOIN temp._cuts c "
            f"ON c.part IS NOT DISTINCT FROM ({self._own(fact, reach.by)}) WHERE {self._open(fact, reach)}"
        )
        first = f"min({quoted(reach.at)})" if reach.at and not reach.until else "CAST(NULL AS TIMESTAMP)"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _first AS SELECT {self._own(fact, reach.by)} AS part, {first} AS first "
            f"FROM {self._delta(fact).went} GROUP BY 1"
        )

    def _open(self, fact: Fact, reach: Reach) -> str:
        if not reach.at:
            return "true"
        settled = self._own(fact, reach.settled or reach.until or quoted(reach.at))
        return f"(c.since IS NULL OR ({settled}) IS NULL OR ({settled}) >= c.since)"

    def _own(self, fact: Fact, sql: str) -> str:
        """An expression of the header with the fact's parameters in it."""
        return expand(bind(sql, self.catalog.parameters(fact.name)), zone=self.zone)

    def _begin(self, reach: Reach) -> None:
        """From where on each part's events are needed: `_starts` (_part, _start), NULL = from the beginning."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE _starts AS SELECT c.part AS _part, CASE WHEN c.since IS NULL THEN NULL "
            "ELSE least(c.since, coalesce(f.first, c.since)) END AS _start "
            "FROM temp._cuts c LEFT JOIN temp._first f ON f.part IS NOT DISTINCT FROM c.part"
        )

    def _sql(self, fact: Fact, reach: Reach) -> str:
        """The fact's SELECT over the events that are needed, and of its rows those that do not stand already."""
        inside = [f"{quoted(name)} AS ({self._events(fact, reach, name)})" for name in reach.events]
        inside += [f"{quoted(name)} AS ({self._made(name)})" for name in self._views(fact.name)]
        made = f"WITH {', '.join(inside)} SELECT * FROM (\n{self._made(fact.name)}\n)"
        return (
            f"SELECT f.* FROM ({made}) f JOIN temp._cuts c "
            f"ON c.part IS NOT DISTINCT FROM ({self._own(fact, reach.by)}) WHERE {self._open(fact, reach)}"
        )

    def _made(self, name: str) -> str:
        return self.catalog.sql_of(name, {}, self.as_of, self.zone)

    def _events(self, fact: Fact, reach: Reach, name: str) -> str:
        part, time = reach.by_events or reach.by, f"e.{quoted(reach.events[name])}"
        back = f"to_days(CAST(ceil({self._own(fact, reach.back)}) AS INTEGER))"
        ((known, first),) = self.con.execute(
            f"SELECT coalesce(bool_and(_start IS NOT NULL), true), min(_start) - {back} FROM temp._starts"
        ).fetchall()
        beyond = f" AND {time} >= TIMESTAMP '{first}'" if known and first else ""
        return (
            f"SELECT e.* FROM {TABLES}.{quoted(name)} e JOIN temp._starts s ON s._part IS NOT DISTINCT FROM ({part}) "
            f"WHERE (s._start IS NULL OR {time} >= s._start - {back}){beyond}"
        )

    def _join_spans(self, reach: Reach, delta: Delta) -> None:
        """A span that the change cuts through begins where it did; only its end is known anew."""
        if not reach.until:
            return
        begin, end = quoted(reach.at), quoted(reach.until)
        part = f"JOIN temp._cuts c ON c.part IS NOT DISTINCT FROM n.{reach.by}"
        self.con.execute(
            f"CREATE OR REPLACE TABLE {delta.came} AS "
            f"SELECT n.* FROM {delta.came} n {part} WHERE c.since IS NULL OR n.{begin} >= c.since UNION ALL "
            f"SELECT o.* REPLACE (n.{end} AS {end}) FROM {delta.came} n {part} "
            f"JOIN {delta.went} o ON o.{reach.by} IS NOT DISTINCT FROM n.{reach.by} AND o.{begin} < c.since "
            f"WHERE n.{begin} < c.since"
        )

    def _keep(self, fact: Fact, before: TableVersion, delta: Delta) -> bool:
        ((came, went),) = self.con.execute(
            f"SELECT (SELECT count(*) FROM {delta.came}), (SELECT count(*) FROM {delta.went})"
        ).fetchall()
        origin = self.catalog.entities.get(fact.primary[0]) if fact.primary else None
        order = fact_order(fact, origin, dict(before.columns))
        if came == went == 0:
            self.keeper.reuse(fact.name)
        elif order.time and fact.key and self.keeper.lies_by_month(fact.name):
            self.keeper.exchange(before, delta.came, delta.went, fact.key, order)
        else:
            old = self.keeper.store.relation_sql(before)
            rows = f"(({old}) EXCEPT ALL SELECT * FROM {delta.went}) UNION ALL SELECT * FROM {delta.came}"
            self.keeper.write(fact.name, rows, order)
        self.changes.tell(fact.name, delta)
        left: int = before.rows - went + came
        return self.keeper.versions[fact.name].rows == left  # else a key stood twice

    def _tables(self, name: str) -> list[str]:
        """The tables a fact reads, through facts that are views too."""
        found: dict[str, None] = {}
        for other in self.catalog.facts[name].reads:
            fact = self.catalog.facts.get(other)
            if other not in self.keeper.versions and fact and fact.sql and not fact.stored:
                found |= dict.fromkeys(self._tables(other))
            else:
                found[other] = None
        return list(found)

    def _views(self, name: str) -> list[str]:
        """The facts that are views, between a fact and the tables it reads, in the order in which they build."""
        found: dict[str, None] = {}
        for other in self.catalog.facts[name].reads:
            fact = self.catalog.facts.get(other)
            if other not in self.keeper.versions and fact and fact.sql and not fact.stored:
                found |= dict.fromkeys([*self._views(other), other])
        return list(found)
