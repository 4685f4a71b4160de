"""Facts that say how far changes reach: only the rows are made anew that a change can touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.language.reach import Reach
from accountlens.language.tables import Fact
from accountlens.refresh.bench import TABLES, month_of
from accountlens.refresh.changes import Changes, Delta, counts, net
from accountlens.refresh.joining import join, merged, one_by_one
from accountlens.refresh.keeper import StoreKeeper
from accountlens.refresh.order import Order, fact_order
from accountlens.store import TableVersion
from accountlens.store.month_files import in_months
from accountlens.warehouses.expand import bind, expand, quoted

MOST_WENT = 0.4  # of the rows; where a change can touch more, all are made anew


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
        if not self._is_worth_it(fact, before):
            return False
        delta = self._delta(fact)
        if (came := self._only_came(fact, reach)) is not None:
            sql = merged(fact.key, reach, [name for name, _ in before.columns], self._of(fact, came), delta.went)
        else:
            self._begin(fact, reach)
            sql = self._sql(fact, reach)
        self.con.execute(f"CREATE OR REPLACE TABLE {delta.came} AS {sql}")
        described = self.con.execute(f"DESCRIBE {delta.came}").fetchall()
        if [row[0] for row in described] != [name for name, _ in before.columns]:
            return False
        join(self.con, fact.key, reach, delta)
        net(self.con, delta)
        return self._keep(fact, before, delta)

    def _only_came(self, fact: Fact, reach: Reach) -> Mapping[str, str] | None:
        """The rows that came of each table of events, where a fact can be merged from them: nothing else changed."""
        if reach.merged is None:
            return None
        found = {name: f"SELECT * FROM {TABLES}.{quoted(name)} LIMIT 0" for name in reach.events}
        for name in self._tables(fact.name):
            if not self.changes.unchanged(name):
                delta = self.changes.of(name) if name in found else None
                if delta is None or counts(self.con, delta)["went"]:
                    return None
                only = self._own(fact, reach.only.get(name, "true"))
                found[name] = f"SELECT * FROM {delta.came} WHERE {only}"
        return found

    def since(self, fact: Fact) -> datetime | None:
        """When the first event happened that came or went; None where anything else that the fact reads may differ."""
        if fact.reach is None:
            return None
        firsts = [datetime.max]
        for name in self._tables(fact.name):
            if self.changes.unchanged(name):
                continue
            time, delta = fact.reach.events.get(name), self.changes.of(name)
            if time is None or delta is None:
                return None
            both = f"SELECT {quoted(time)} FROM {delta.came} UNION ALL SELECT {quoted(time)} FROM {delta.went}"
            found = self.con.execute(f"SELECT min({quoted(time)}) FROM ({both})").fetchall()
            firsts += [row[0] for row in found if row[0] is not None]
        return min(firsts)

    def _delta(self, fact: Fact) -> Delta:
        return Delta(self.changes.place("came", fact.name), self.changes.place("went", fact.name))

    def _cut(self, fact: Fact, reach: Reach) -> bool:
        """Where the parts of a fact change first: `_cuts` (part, since), since NULL = from the beginning."""
        found: list[str] = []
        for name in self._tables(fact.name):
            if self.changes.unchanged(name):
                continue
            delta = self.changes.of(name)
            cuts = self._cuts(fact, reach, name, delta) if delta else None
            if cuts is None:
                return False
            found += cuts
        first = "CASE WHEN bool_or(since IS NULL) THEN NULL ELSE min(since) END AS since"
        rows = " UNION ALL ".join(found) or "SELECT NULL, CAST(NULL AS TIMESTAMP) WHERE false"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _cuts AS SELECT part, {first} FROM ({rows}) found(part, since) GROUP BY part"
        )
        self._leave_out(fact, reach)
        return True

    def _leave_out(self, fact: Fact, reach: Reach) -> None:
        """Parts without a row that the fact could make a row of, dated after the cut."""
        if reach.each:
            dated = " UNION ALL ".join(
                f"SELECT {reach.by} AS part, {self._own(fact, time)} AS at FROM {quoted(table)}"
                for table, time in reach.each.items()
            )
            self.con.execute(
                "DELETE FROM temp._cuts c WHERE c.since IS NOT NULL AND NOT EXISTS "
                f"(FROM ({dated}) d WHERE d.part IS NOT DISTINCT FROM c.part AND (d.at IS NULL OR d.at >= c.since))"
            )

    def _is_worth_it(self, fact: Fact, before: TableVersion) -> bool:
        """Whether most rows stay as they are, or parts do for most of their time."""
        ((whole, went),) = self.con.execute(
            "SELECT (SELECT count(*) FROM temp._cuts WHERE since IS NULL), "
            f"(SELECT count(*) FROM {self._delta(fact).went})"
        ).fetchall()
        return bool(not whole or went <= MOST_WENT * before.rows)

    def _cuts(self, fact: Fact, reach: Reach, name: str, delta: Delta) -> list[str] | None:
        """Queries of (part, since) for what changed in a table."""
        both = [delta.came, delta.went]
        if name in reach.events:
            return [*(self._of_events(fact, reach, name, one) for one in both), *self._shrunk(fact, reach, name, delta)]
        if name in reach.lookups:
            return [*self._looked_up(fact, reach, name, delta)]
        if name in reach.own:
            return [f"SELECT {reach.by}, CAST(NULL AS TIMESTAMP) FROM {one}" for one in both]
        return None

    def _of_events(self, fact: Fact, reach: Reach, name: str, relation: str, more: str = "true") -> str:
        since = f"min({quoted(reach.events[name])})" if reach.at else "CAST(NULL AS TIMESTAMP)"
        only = self._own(fact, reach.only.get(name, "true"))
        return f"SELECT {reach.by_events or reach.by}, {since} FROM {relation} WHERE ({only}) AND {more} GROUP BY 1"

    def _shrunk(self, fact: Fact, reach: Reach, name: str, delta: Delta) -> Iterator[str]:
        """Where a fact can only follow rows that come, parts that lost some are made anew whole."""
        if reach.grows and reach.at:
            only = self._own(fact, reach.only.get(name, "true"))
            yield f"SELECT {reach.by_events or reach.by}, CAST(NULL AS TIMESTAMP) FROM {delta.went} WHERE {only}"

    def _looked_up(self, fact: Fact, reach: Reach, name: str, delta: Delta) -> Iterator[str]:
        """Parts with events that point to a row that changed."""
        (key,) = self.catalog.entities[name].key
        keys = f"SELECT {quoted(key)} FROM {delta.came} UNION SELECT {quoted(key)} FROM {delta.went}"
        table, dot, column = reach.lookups[name].partition(".")
        if dot:
            pointing = f"{quoted(column)} IN ({keys})"
            yield f"SELECT {reach.by}, CAST(NULL AS TIMESTAMP) FROM {quoted(table)} WHERE {pointing}"
            return
        for event in reach.events:
            yield self._of_events(fact, reach, event, quoted(event), f"{quoted(reach.lookups[name])} IN ({keys})")

    def _drop(self, fact: Fact, reach: Reach, before: TableVersion) -> None:
        """The rows that no longer stand for sure."""
        by, settled = self._own(fact, reach.by), self._settled(fact, reach)
        old = f"({self.keeper.store.relation_sql(self._in_months(fact, reach, before))})"
        self.con.execute(f"CREATE OR REPLACE TABLE {self._delta(fact).went} AS {self._touched(old, by, settled)}")
        first = f"min({quoted(reach.at)})" if reach.at and not reach.until else "CAST(NULL AS TIMESTAMP)"
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE _first AS SELECT {by} AS part, {first} AS first "
            f"FROM {self._delta(fact).went} GROUP BY 1"
        )

    def _in_months(self, fact: Fact, reach: Reach, before: TableVersion) -> TableVersion:
        """The table without the months in which nothing can have gone: three columns say so sooner than all of them."""
        settled, time = self._settled(fact, reach), self._order(fact, before).time
        ((first,),) = self.con.execute(
            "SELECT CASE WHEN bool_or(since IS NULL) THEN NULL ELSE min(since) END FROM temp._cuts"
        ).fetchall()
        if settled is None or time is None or first is None or not self.keeper.lies_by_month(fact.name):
            return before
        old = f"({self.keeper.store.relation_sql(before)})"
        months = self.con.execute(
            f"SELECT DISTINCT CAST({month_of(time)} AS VARCHAR) FROM {old} "
            f"WHERE ({settled}) IS NULL OR ({settled}) >= TIMESTAMP '{first}'"
        ).fetchall()
        return in_months(before, {row[0] for row in months})

    def _settled(self, fact: Fact, reach: Reach) -> str | None:
        """SQL of the moment from which on a row stands whatever comes; None where parts are made anew whole."""
        return self._own(fact, reach.settled or reach.until or quoted(reach.at)) if reach.at else None

    def _own(self, fact: Fact, sql: str) -> str:
        """An expression of the header with the fact's parameters in it."""
        return expand(bind(sql, self.catalog.parameters(fact.name)), zone=self.zone)

    def _begin(self, fact: Fact, reach: Reach) -> None:
        """From where on each part's events are needed: `_starts` (part, since), since NULL = from the beginning."""
        back = f"to_days(CAST(ceil({self._own(fact, reach.back)}) AS INTEGER))"
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE _starts AS SELECT c.part, CASE WHEN c.since IS NULL THEN NULL "
            f"ELSE least(c.since, coalesce(f.first, c.since)) - {back} END AS since "
            "FROM temp._cuts c LEFT JOIN temp._first f ON f.part IS NOT DISTINCT FROM c.part"
        )

    def _sql(self, fact: Fact, reach: Reach) -> str:
        """The fact's SELECT over the events that are needed, and of its rows those that do not stand already."""
        part = reach.by_events or reach.by
        events = {
            name: self._touched(self._bearing(fact, reach, name), part, quoted(time), "_starts")
            for name, time in reach.events.items()
        }
        return self._touched(self._of(fact, events), self._own(fact, reach.by), self._settled(fact, reach))

    def _of(self, fact: Fact, events: Mapping[str, str]) -> str:
        """The fact's SELECT over other events than all."""
        inside = [f"{quoted(name)} AS ({rows})" for name, rows in events.items()]
        inside += [f"{quoted(name)} AS ({self._made(name)})" for name in self._views(fact.name)]
        return f"(WITH {', '.join(inside)} SELECT * FROM (\n{self._made(fact.name)}\n))"

    def _bearing(self, fact: Fact, reach: Reach, event: str) -> str:
        """The rows of a table of events that bear on the fact at all."""
        return f"(SELECT * FROM {TABLES}.{quoted(event)} WHERE {self._own(fact, reach.only.get(event, 'true'))})"

    def _made(self, name: str) -> str:
        return self.catalog.sql_of(name, {}, self.as_of, self.zone)

    def _touched(self, rows: str, part: str, time: str | None, cuts: str = "_cuts") -> str:
        """Those of some rows whose part is cut, from the cut on: parts in time, whole parts, and rows of no part.

        Each has a query of its own, so that none reads more than it must.
        """
        found = self.con.execute(
            f"SELECT part IS NULL, since IS NULL, min(since) FROM temp.{cuts} GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
        legs = []
        for nobody, whole, first in found:
            late = "" if whole or time is None else f" AND (({time}) IS NULL OR ({time}) >= TIMESTAMP '{first}')"
            if nobody:
                legs.append(f"SELECT * FROM rows_ WHERE ({part}) IS NULL{late}")
            elif whole or time is None:
                parts = (
                    f"SELECT part FROM temp.{cuts} WHERE part IS NOT NULL AND since IS {'' if whole else 'NOT '}NULL"
                )
                legs += [f"SELECT * FROM rows_ WHERE {one} IN ({parts})" for one in one_by_one(part)]
            else:
                known = "part IS NOT NULL AND since IS NOT NULL"
                timed = f"SELECT part AS part_, since AS since_ FROM temp.{cuts} WHERE {known}"
                legs.append(
                    f"SELECT * EXCLUDE (part_, since_) FROM (SELECT * FROM rows_ WHERE true{late}) "
                    f"JOIN ({timed}) ON part_ = ({part}) WHERE ({time}) IS NULL OR ({time}) >= since_"
                )
        return f"WITH rows_ AS NOT MATERIALIZED (SELECT * FROM {rows}) " + (
            " UNION ALL ".join(legs) or "SELECT * FROM rows_ LIMIT 0"
        )

    def _keep(self, fact: Fact, before: TableVersion, delta: Delta) -> bool:
        ((came, went),) = self.con.execute(
            f"SELECT (SELECT count(*) FROM {delta.came}), (SELECT count(*) FROM {delta.went})"
        ).fetchall()
        order = self._order(fact, before)
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

    def _order(self, fact: Fact, before: TableVersion) -> Order:
        origin = self.catalog.entities.get(fact.primary[0]) if fact.primary else None
        return fact_order(fact, origin, dict(before.columns))

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
