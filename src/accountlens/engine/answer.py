"""The answer: tidy rows, the same for every surface."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from accountlens.engine.columns import Columns, columns_of
from accountlens.engine.components import Apart, Component, Place, told
from accountlens.engine.intervals import level_of
from accountlens.engine.plan import Plan, PlannedKpi
from accountlens.errors import AccountlensError
from accountlens.language.query import PROFILE

SMALL_SAMPLE = 30  # below this many cases a share, a mean or a score is marked
Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """`table` holds one record per period and group; `place` tells where in it a KPI's figures (`columns_of`) stand."""

    plan: Plan
    snapshot: str
    currency: str
    as_of: datetime  # naive UTC
    place: Mapping[str, int]
    table: Sequence[tuple[Any, ...]]
    sql: str
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # dimension → value → readable name
    notes: Sequence[str] = ()
    beside: Mapping[str, Answer] = field(default_factory=dict)  # profile compared with → its answer to this question
    definitions: Sequence[Any] = ()
    fresh_as_of: datetime | None = None  # naive UTC: up to when every source was read; None: unknown
    apart: Mapping[int, Apart] = field(default_factory=dict)  # place of a KPI that is split by a column → its groups

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
        other = self.beside[word.removeprefix(PROFILE)]
        return other.figures.get((columns.value, *(record[place[key]] for key in self._keys)))

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
        if _judged_by_sample(planned) and row["n"] is not None and 0 < row["n"] < SMALL_SAMPLE:
            flags.append("small_sample")
        if record[place[columns.unmatched]]:
            flags.append("unmatched_rows")
        return list(dict.fromkeys(flags))

    def to_json_dict(self) -> dict[str, Any]:
        return {
            "snapshot": self.snapshot,
            "currency": self.currency,
            "as_of": self.as_of.isoformat() + "Z",
            "fresh_as_of": self.fresh_as_of.isoformat() + "Z" if self.fresh_as_of else None,
            "dimensions": {name: dict(found) for name, found in self.plan.dimensions.items() if found},
            "notes": list(self.notes),
            "rows": self.rows(),
        }

    def flat(self) -> list[Row]:
        """Rows without nesting: dimensions, parts, comparisons, options and flags as columns of text or number."""
        return [self._flat(row) for row in self.rows()]

    def _flat(self, row: Row) -> Row:
        flat: Row = {key: row[key] for key in ("kpi", "period", "period_start", "period_end")}
        flat |= row["by"]
        flat |= {f"{name}_name": row.get("names", {}).get(name) for name in self.names}
        flat |= {key: row[key] for key in ("value", "unit", "n", "lower", "upper")}
        for word in self.plan.query.compare:
            flat[word.replace("-", "_")] = row["compare"][word]["value"]
            flat[f"{word.replace('-', '_')}_change"] = row["compare"][word]["change"]
        flat["flags"] = " ".join(row["flags"])
        flat["parts"] = json.dumps(row["parts"])
        flat["options"] = json.dumps(row["options"]) if "options" in row else ""
        return flat

    def to_arrow(self) -> Any:
        """A `pyarrow.Table` of the flat rows."""
        import pyarrow as pa

        numbers = {"value", "n", "lower", "upper"}
        for word in self.plan.query.compare:
            numbers |= {word.replace("-", "_"), f"{word.replace('-', '_')}_change"}
        rows = self.flat()
        names = list(rows[0]) if rows else ["kpi", "period", "value"]
        columns = {
            name: pa.array([_float(row[name]) if name in numbers else row[name] for row in rows],
                           pa.float64() if name in numbers else pa.string())
            for name in names
        }  # fmt: skip
        return pa.table(columns)

    def to_pandas(self) -> Any:
        return self._into("pandas", lambda table, _: table.to_pandas())

    def to_polars(self) -> Any:
        return self._into("polars", lambda table, polars: polars.from_arrow(table))

    def _into(self, library: str, convert: Any) -> Any:
        import importlib

        try:
            module = importlib.import_module(library)
        except ImportError:
            raise AccountlensError(
                f"{library} is not installed.",
                mend=f"pip install 'accountlens[{library}]', or use to_arrow().",
            ) from None
        return convert(self.to_arrow(), module)

    def to_csv(self, target: Path | str | io.TextIOBase) -> None:
        """Text cells that a spreadsheet would run as a formula get a leading apostrophe."""
        if isinstance(target, str | Path):
            with Path(target).open("w", encoding="utf-8", newline="") as file:
                self.to_csv(file)
            return
        rows = self.flat()
        writer = csv.DictWriter(target, list(rows[0]) if rows else ["kpi"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _safe_cell(value) for key, value in row.items()} for row in rows)

    def to_parquet(self, path: Path | str) -> None:
        import pyarrow.parquet as pq

        pq.write_table(self.to_arrow(), path)


def _number(value: float | None, whole: bool) -> float | int | None:
    """Counts read as whole numbers."""
    return int(value) if whole and value is not None and float(value).is_integer() else value


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _judged_by_sample(planned: PlannedKpi) -> bool:
    """Shares, scores, means and medians waver with few cases; counts and sums do not."""
    wavering = any(m.function in ("mean", "median", "p90") for m in planned.kpi.measures.values())
    return planned.kpi.interval is not None or wavering


def _safe_cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
