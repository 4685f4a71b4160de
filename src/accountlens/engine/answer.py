"""The answer: tidy rows, the same for every surface, made when they are asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from accountlens.engine.columns import Columns, columns_of
from accountlens.engine.components import Apart, Component, Place, told
from accountlens.engine.exports import Row, arrow_table, converted, flat_rows, write_csv
from accountlens.engine.intervals import level_of
from accountlens.engine.plan import Plan, PlannedKpi
from accountlens.engine.records import Records
from accountlens.engine.script import Script
from accountlens.language.query import PROFILE, TARGET

if TYPE_CHECKING:  # a small answer needs no arrays
    from accountlens.engine.arrays import Array
    from accountlens.engine.frame import Frame
    from accountlens.engine.series import Series

SMALL_SAMPLE = 30  # below this many cases a share, a mean or a score is marked


@dataclass(frozen=True)
class Answer:
    """`found` holds a record per period and group: whoever needs few of them, or arrays, waits for no rows."""

    plan: Plan
    snapshot: str
    currency: str
    as_of: datetime  # naive UTC
    script: Script
    found: Frame | Records
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # dimension → key → what it is called
    notes: Sequence[str] = ()
    beside: Mapping[str, Answer] = field(default_factory=dict)  # profile compared with → its answer to this question
    aims: Mapping[str, Mapping[Place, float | None]] = field(default_factory=dict)  # by column of a KPI: targets
    definitions: Sequence[Any] = ()
    fresh_as_of: datetime | None = None  # naive UTC: up to when every source was read; None: unknown
    ready: frozenset[str] = frozenset()  # the facts whose figures stood ready, as the statement calls them
    ask_apart: Callable[[], Mapping[int, Apart]] = dict  # place of a KPI that is split by a column → its groups

    @cached_property
    def sql(self) -> str:
        """The whole question as one statement; it says of which facts the figures stood ready."""
        return self.script.statement(self.ready)

    @cached_property
    def apart(self) -> Mapping[int, Apart]:
        """What changes are made of, of KPIs whose components are groups: questions of their own, asked when needed."""
        return self.ask_apart()

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where in a record a KPI's figures (`columns_of`) stand."""
        return self.script.places(self.found.names)

    @cached_property
    def table(self) -> Sequence[tuple[Any, ...]]:
        """One record per period and group."""
        return self.found.records()

    @cached_property
    def frame(self) -> Frame:
        """The same as arrays."""
        return self.found.frame()

    def figure(self, name: str) -> Array:
        """A figure by its name (`columns_of`): (groups, asked periods)."""
        return self.frame.figures[self.script.held.get(name, name)]

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Dimension → value shown → readable name, where it has another one."""
        found = {}
        for index, name in enumerate(self.plan.query.by):
            if labels := self.labels.get(name):
                shown = ((text, labels.get(text)) for text in self.found.texts(index))
                found[name] = {text: label for text, label in shown if label is not None and label != text}
        return {name: names for name, names in found.items() if names}

    @property
    def kpis(self) -> Sequence[Any]:
        """The definitions of the asked KPIs, in the order asked."""
        return self.definitions

    @property
    def levels(self) -> list[float]:
        """How often the intervals of the asked KPIs hold the truth; KPIs without one are left out."""
        return [level for planned in self.plan.kpis if (level := level_of(planned.kpi)) is not None]

    def rows(self) -> list[Row]:
        """One row per KPI, group and period, in the form every surface shares."""
        return self._rows

    def series(self, *, components: bool = False) -> Series:
        """The same as arrays by group and period; what changes are made of where it is `apart` only when wanted."""
        from accountlens.engine.series import series_of

        return series_of(self, components)

    def top(self, kpi: str, n: int, by: Literal["value", "change"] = "value", *, lowest: bool = False) -> Answer:
        """The answer of the n groups in which a KPI stands highest in the last period, or rose most; best first.

        A change is the one asked for (the first of `compare`), else the one since the period before it. Totals are
        left out, and groups where it is unknown.
        """
        from accountlens.engine.ranking import best

        return replace(self, found=self.frame.take(best(self, kpi, n, by, lowest)))

    @cached_property
    def _rows(self) -> list[Row]:
        return [
            row
            for index, planned in enumerate(self.plan.kpis)
            for row in self._of(planned, columns_of(planned, index), self.place)
        ]

    def _of(self, planned: PlannedKpi, columns: Columns, place: Mapping[str, int]) -> Iterator[Row]:
        total = 2 ** len(self.plan.query.by) - 1
        for record in self.table:
            level = record[place["level"]]
            if not record[place[columns.here]] and level != total:
                continue
            yield self._row(planned, columns, record, place, level)

    def _row(
        self,
        planned: PlannedKpi,
        columns: Columns,
        record: tuple[Any, ...],
        place: Mapping[str, int],
        level: int,
    ) -> Row:
        kpi, piece = planned.kpi, self.plan.slices[record[place["p"]]]
        by = self._groups(record, place, level)
        value = _number(record[place[columns.value]], kpi.unit == "count")
        row: Row = {
            "kpi": kpi.name,
            "period": piece.period.label,
            "period_start": piece.period.start.isoformat(),
            "period_end": piece.period.end.isoformat(),
            "by": by,
            "value": value,
            "unit": kpi.unit,
            "parts": {
                name: _number(record[place[column]], kpi.measures[name].function in ("count", "distinct"))
                for name, column in columns.parts.items()
            },
            "n": _number(record[place[columns.n]], whole=True),
            "lower": record[place[columns.low]],
            "upper": record[place[columns.high]],
        }
        if named := self._named(by):
            row["names"] = named
        row["compare"] = self._compared(columns, record, place, value)
        for word in self.plan.query.earlier:
            if made_of := self._components(planned, columns, record, place, word):
                row["compare"][word] |= told(made_of, row["compare"][word]["change"] is not None)
        row["flags"] = self._flags(planned, columns, record, place, level, row)
        if kpi.beyond:
            row["options"] = dict(kpi.beyond)
        return row

    def _groups(self, record: tuple[Any, ...], place: Mapping[str, int], level: int) -> dict[str, str | None]:
        """The group; a dimension summed over is null. GROUPING sets the bit of such a dimension."""
        count = len(self.plan.query.by)
        return {
            name: None if level >> (count - 1 - index) & 1 else record[place[f"d{index}"]]
            for index, name in enumerate(self.plan.query.by)
        }

    def _named(self, by: Mapping[str, str | None]) -> dict[str, str]:
        found = {name: self.names.get(name, {}).get(value) for name, value in by.items() if value is not None}
        return {name: text for name, text in found.items() if text is not None}

    def _base(self, word: str, columns: Columns, record: tuple[Any, ...], place: Mapping[str, int]) -> float | None:
        if word in columns.compared:
            base: float | None = record[place[columns.compared[word]]]
            return base
        keys = tuple(record[place[key]] for key in self._keys)
        if word == TARGET:
            return self.aims.get(columns.value, {}).get(keys)
        return self.beside[word.removeprefix(PROFILE)].figures.get((columns.value, *keys))

    @property
    def _keys(self) -> list[str]:
        return ["p", "level", *(f"d{index}" for index in range(len(self.plan.query.by)))]

    @cached_property
    def figures(self) -> Mapping[tuple[Any, ...], float | None]:
        """The values by their column and their row's keys."""
        place = self.place
        values = [columns_of(planned, index).value for index, planned in enumerate(self.plan.kpis)]
        return {
            (value, *(record[place[key]] for key in self._keys)): record[place[value]]
            for record in self.table
            for value in values
        }

    def _compared(
        self, columns: Columns, record: tuple[Any, ...], place: Mapping[str, int], value: float | None
    ) -> dict[str, Any]:
        found = {}
        for word in self.plan.query.compare:
            base = self._base(word, columns, record, place)
            change = None if value is None or base is None else value - base
            found[word] = {"value": base, "change": change}
        return found

    def _components(
        self, planned: PlannedKpi, columns: Columns, record: tuple[Any, ...], place: Mapping[str, int], word: str
    ) -> Mapping[str, Component]:
        """What the value is made of, now and then; nothing where the KPI declares no components."""
        if index := self._split.get(columns.value):
            return index[word].get(tuple(record[place[key]] for key in self._keys), {})
        named = columns.components[word]
        return {
            name: Component(record[place[columns.parts[name]]], record[place[then]]) for name, then in named.items()
        }

    @cached_property
    def _split(self) -> Mapping[str, Mapping[str, Mapping[Place, Mapping[str, Component]]]]:
        words = self.plan.query.earlier
        return {
            columns_of(self.plan.kpis[index], index).value: {word: apart.components(word) for word in words}
            for index, apart in self.apart.items()
        }

    def _flags(
        self,
        planned: PlannedKpi,
        columns: Columns,
        record: tuple[Any, ...],
        place: Mapping[str, int],
        level: int,
        row: Row,
    ) -> list[str]:
        flags = ["total"] if level and level == 2 ** len(self.plan.query.by) - 1 else []
        if level and not flags:
            flags.append("subtotal")
        if self.plan.slices[record[place["p"]]].partial:
            flags.append("partial_period")
        flags += [flag for flag, column in columns.flags.items() if record[place[column]]]
        if any(cell.value is None for cell in planned.cells.values()) and row["value"] is None:
            flags.append("insufficient_data")
        if judged_by_sample(planned) and row["n"] is not None and 0 < row["n"] < SMALL_SAMPLE:
            flags.append("small_sample")
        if record[place[columns.unmatched]]:
            flags.append("unmatched_rows")
        return list(dict.fromkeys(flags))

    def about(self) -> dict[str, Any]:
        """What an answer says of itself."""
        return {
            "snapshot": self.snapshot,
            "currency": self.currency,
            "as_of": self.as_of.isoformat() + "Z",
            "fresh_as_of": self.fresh_as_of.isoformat() + "Z" if self.fresh_as_of else None,
            "dimensions": {name: dict(found) for name, found in self.plan.dimensions.items() if found},
            "notes": list(self.notes),
        }

    def to_json_dict(self) -> dict[str, Any]:
        return {**self.about(), "rows": self.rows()}

    def flat(self) -> list[Row]:
        """Rows without nesting: dimensions, parts, comparisons, options and flags as columns of text or number."""
        return flat_rows(self)

    def to_arrow(self) -> Any:
        """A `pyarrow.Table` of the flat rows."""
        return arrow_table(self)

    def to_pandas(self) -> Any:
        return converted(self, "pandas", lambda table, _: table.to_pandas())

    def to_polars(self) -> Any:
        return converted(self, "polars", lambda table, polars: polars.from_arrow(table))

    def to_csv(self, target: Path | str | io.TextIOBase) -> None:
        """Text cells that a spreadsheet would run as a formula get a leading apostrophe."""
        if isinstance(target, str | Path):
            with Path(target).open("w", encoding="utf-8", newline="") as file:
                write_csv(self, file)
        else:
            write_csv(self, target)

    def to_parquet(self, path: Path | str) -> None:
        import pyarrow.parquet as pq

        pq.write_table(self.to_arrow(), path)


def _number(value: float | None, whole: bool) -> float | int | None:
    """Counts read as whole numbers."""
    return int(value) if whole and value is not None and float(value).is_integer() else value


def judged_by_sample(planned: PlannedKpi) -> bool:
    """Shares, scores, means and medians waver with few cases; counts and sums do not."""
    wavering = any(m.function in ("mean", "median", "p90") for m in planned.kpi.measures.values())
    return planned.kpi.interval is not None or wavering
