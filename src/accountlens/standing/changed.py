"""In which spans of time a fact's rows are others than in the snapshot before, as its own SQL meets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accountlens.engine.branch_sql import BOUNDS, calendar_sql, meets_sql
from accountlens.engine.cuts import between_sql, time_columns
from accountlens.engine.fact_sql import joins_of
from accountlens.engine.plan import Branch, Plan
from accountlens.engine.session import HISTORY
from accountlens.language.calendar import Clock
from accountlens.standing.differing import MORE, Differing
from accountlens.standing.identity import until_horizon
from accountlens.warehouses.expand import literal, quoted


@dataclass(frozen=True)
class Lookup:
    """What a dimension reads in the rows of another table that a column of the fact names by their `key`."""

    column: str
    table: str
    key: str
    read: tuple[str, ...]
    only: str = "TRUE"


@dataclass(frozen=True)
class Changes:
    """What changed between two snapshots; None: that is not known."""

    differing: Differing

    def touched(self, branches: Sequence[Branch], plan: Plan, clock: Clock) -> frozenset[int] | None:
        """The slices in which rows that a fact's branches meet came, went, or differ in what the branches read."""
        read = sorted({name for branch in branches for name in self._read(branch, plan)})
        pieces: list[str] = []
        for branch in branches:
            met = f"JOIN ({calendar_sql(branch, plan, clock, None, BOUNDS)}) c ON {meets_sql(branch, None)[0]}"
            changed, elsewhere = self.differing.rows(branch.use, read), self._elsewhere(branch, plan)
            if changed is None or elsewhere is None:
                return None
            conditions = [*elsewhere, *self._come_to_light(branch)]
            pieces += [f"SELECT c.p FROM {quoted(branch.use.relation)} f {met} WHERE {one}" for one in conditions]
            if changed:
                pieces.append(self._other_rows(branch, plan, f"FROM {changed} f {met}"))
        session = self.differing.session
        found = session.fetch(session.written("\nUNION\n".join(pieces))).fetchall() if pieces else []
        return frozenset(index for (index,) in found)

    def _read(self, branch: Branch, plan: Plan) -> set[str]:
        """The columns of a branch's rows, and those by which they meet periods."""
        return {
            *branch.columns,
            *time_columns(branch.time),
            *joins_of(branch, plan, self.differing.session.catalog).own,
        }

    def _other_rows(self, branch: Branch, plan: Plan, met: str) -> str:
        """A SELECT of the slices whose rows are not the same ones; when they happened matters where it is read."""
        joins = joins_of(branch, plan, self.differing.session.catalog)
        at_their_time = any(joins.moment.sql in text for text in joins.texts.values())
        columns = {*branch.columns, *joins.own, *(time_columns(branch.time) if at_their_time else ())}
        flags = [flag.rsplit(" AS ", 1)[0] for flag in meets_sql(branch, None)[1]]
        keys = ", ".join(["c.p", *(f"f.{quoted(name)}" for name in sorted(columns)), *flags])
        return f"SELECT c.p {met} GROUP BY {keys} HAVING sum(f.{MORE}) <> 0"

    def _come_to_light(self, branch: Branch) -> Iterator[str]:
        """Conditions of the rows that are seen otherwise since the horizon moved."""
        low, high = sorted((self.differing.then.as_of, self.differing.now.as_of))
        if low < high:
            yield from (between_sql(f"f.{quoted(name)}", low, high) for name in until_horizon(branch) or ())

    def _elsewhere(self, branch: Branch, plan: Plan) -> list[str] | None:
        """Conditions of the rows of which a dimension reads something else in another table."""
        conditions = []
        for lookup in self._lookups(branch, plan):
            keys = self.differing.table(lookup.table, (lookup.key, *lookup.read), lookup.only) if lookup else None
            if lookup is None or keys is None:
                return None
            if keys:
                conditions.append(f"f.{quoted(lookup.column)} IN (SELECT {quoted(lookup.key)} FROM {keys})")
        return conditions

    def _lookups(self, branch: Branch, plan: Plan) -> Iterator[Lookup | None]:
        """What a branch's dimensions read in other tables; None where they go on from there."""
        for dimension in (*branch.dimensions, *branch.filters):
            column, table = dimension.hops[0] if dimension.hops else ("account_id", dimension.fact)
            if len(dimension.hops) > 1 or (dimension.hops and dimension.fact == "accounts"):
                yield None
            if dimension.hops:
                key = self.differing.session.catalog.entities[table].key[0]
                yield Lookup(column, table, key, (dimension.column,))
            if table == "accounts" and dimension.column in plan.history:
                told = ("value", "valid_from", "valid_to")
                yield Lookup(column, HISTORY, "account_id", told, f"attribute = {literal(dimension.column)}")
