"""What a question takes from one fact, as one SELECT: a scan, its rollups, and all branches side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accountlens.catalog.catalog import Catalog
from accountlens.engine.branch_sql import CALENDAR, branch_sql, calendar_sql, rollup_sql, said_in
from accountlens.engine.cuts import Bounds, Cuts, bounds_of, time_columns
from accountlens.engine.dimensions import Joins
from accountlens.engine.moments import moment_of
from accountlens.engine.plan import Branch, FactUse, Plan, found_name, shifted
from accountlens.engine.rollups import Rolled
from accountlens.engine.script import Step, with_steps
from accountlens.language.calendar import Clock
from accountlens.language.measures import At, Trailing
from accountlens.warehouses.expand import quoted


@dataclass(frozen=True)
class FactWriter:
    """Writes a fact's table of figures by the plan's keys."""

    plan: Plan
    catalog: Catalog
    clock: Clock
    cuts: Cuts
    rolled: Rolled

    def __call__(self, use: FactUse) -> Step:
        mine = [branch for branch in self.rolled.branches if branch.use == use]
        rollups = [rollup for rollup in self.rolled.rollups if rollup.use == use]
        direct = [branch for branch in mine if not branch.rollup]
        bounds = bounds_of(mine, self.plan, self.clock)
        read = [*(rollup.columns for rollup in rollups), *map(self._needed, direct)]
        source, steps = self._scan(use, mine, read, bounds)
        for rollup in rollups:
            main = self.cuts.stretches[use, rollup.main] if rollup.main else None
            steps.append(Step(rollup.name, rollup_sql(rollup, source, main, bounds), stored=True))
        calendars: dict[str, str] = {}
        for branch in mine:
            steps += self._branch(branch, source, len(mine) > 1, calendars)
        columns = tuple(item.column for branch in mine for item in branch.items)
        return Step(found_name(use), with_steps(steps, self._together(mine)), stored=True, columns=columns)

    def _branch(self, branch: Branch, source: str, shared: bool, calendars: dict[str, str]) -> list[Step]:
        """A branch after its calendar, which others of the same periods may have written already."""
        time, cut = branch.time, None
        if isinstance(time, At | Trailing):
            cut = self.cuts.stretches.get((branch.use, time.column))
        sql = branch_sql(branch, self.plan, self.catalog, branch.rollup or source, cut)
        periods = calendar_sql(branch, self.plan, self.clock, cut, said_in(sql))
        name = calendars.setdefault(periods, f"calendar_{branch.name}")
        # stored: else an optimiser may meet rows with stretches first, and then each with all periods
        steps = [Step(name, periods, stored=bool(cut))] if name == f"calendar_{branch.name}" else []
        return [*steps, Step(branch.name, sql.replace(CALENDAR, name), shared)]

    def _together(self, branches: list[Branch]) -> str:
        """The branches beside each other. Figures of a branch without a row for a key are null."""
        keys = ", ".join(self.plan.keys)
        figures = [Beside(branch.name, [item.column for item in branch.items]) for branch in branches]
        if len(branches) == 1:
            return f"SELECT {', '.join([keys, *figures[0].numbers()])} FROM {branches[0].name}"
        every = "\nUNION\n".join(f"SELECT {keys} FROM {branch.name}" for branch in branches)
        listed = ", ".join(f"s.{key}" for key in self.plan.keys)
        numbers = [number for one in figures for number in one.numbers()]
        return beside_sql([listed, *numbers], f"(\n{every}\n) s", self.plan.keys, figures)

    def _scan(
        self, use: FactUse, branches: list[Branch], read: list[Iterable[str]], bounds: Bounds
    ) -> tuple[str, list[Step]]:
        """Where to read: the fact itself, or one scan for all that adds the rows' stretches of time."""
        relation = quoted(use.relation)
        cuts = self.cuts.of(use)
        if len(read) == 1 and not cuts and not isinstance(branches[0].time, At | Trailing):
            return relation, []
        wanted = {column for columns in read for column in columns}
        listed = [quoted(column) for column in self.catalog.facts[use.fact].columns if column in wanted]
        listed += [f"{cut.sql(bounds)} AS {cut.name}" for cut in cuts]
        sql = f"SELECT {', '.join(listed) or '1 AS nothing'}\nFROM {relation}\nWHERE {bounds.sql()}"
        return "scan", [Step("scan", sql, stored=len(read) > 1)]

    def _needed(self, branch: Branch) -> Iterable[str]:
        """The columns of its fact a branch reads anywhere."""
        joins = joins_of(branch, self.plan, self.catalog)
        scoped = {"account_id"} if self.plan.query.scope != "all" else set()
        return {*branch.columns, *time_columns(branch.time), *joins.own, *scoped}


def joins_of(branch: Branch, plan: Plan, catalog: Catalog) -> Joins:
    """What a branch's dimensions and conditions join to its rows, and read of them."""
    joins = Joins(catalog, moment_of(branch.time), plan.history)
    for dimension in (*branch.dimensions, *branch.filters):
        joins.value(dimension)
    return joins


@dataclass(frozen=True)
class Beside:
    """Columns of a table to put beside others: of the same period, or of the one `shift` before it."""

    table: str
    columns: Sequence[str]
    shift: str | None = None

    @property
    def alias(self) -> str:
        return shifted(self.table, self.shift) if self.shift else self.table

    @property
    def shown(self) -> list[str]:
        return [shifted(name, self.shift) if self.shift else name for name in self.columns]

    def listed(self) -> list[str]:
        pairs = zip(self.columns, self.shown, strict=True)
        return [f"{self.alias}.{name}{f' AS {shown}' if self.shift else ''}" for name, shown in pairs]

    def numbers(self) -> list[str]:
        return [f"CAST({self.alias}.{name} AS DOUBLE) AS {name}" for name in self.columns]

    def join(self, keys: Sequence[str]) -> str:
        met = [f"{self.alias}.{key} = s.{key}" for key in keys]
        if self.shift:
            met[0] = f"{self.alias}.p = s.p_{self.shift}"
        name = f"{self.table} {self.alias}" if self.shift else self.table
        return f"LEFT JOIN {name} ON {' AND '.join(met)}"


def beside_sql(columns: Sequence[str], source: str, keys: Sequence[str], tables: Sequence[Beside]) -> str:
    """Columns of a source `s`, whose first key is `p`, and of tables that have its keys."""
    joins = [table.join(keys) for table in tables]
    return "\n".join([f"SELECT {', '.join(columns)}", f"FROM {source}", *joins])
