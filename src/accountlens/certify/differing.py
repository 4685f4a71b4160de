"""Two tables, or two answers, that ought to be the same: in which cells they are not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from accountlens.engine.exports import Row

TOLERANCE = 1e-9  # of a number's size, or of one
SHOWN = 5  # differences that are told of one table or KPI
TOLD = ("value", "lower", "upper", "n", "parts", "flags")  # of a row of an answer


@dataclass(frozen=True)
class Difference:
    """One cell: what DuckDB gives, and what the other engine gives."""

    where: str
    here: Any
    there: Any


@dataclass(frozen=True)
class Compared:
    """A fact or a KPI on both engines. `fault`: why it could not be compared at all."""

    name: str
    rows: int = 0
    cells: int = 0
    different: int = 0
    shown: tuple[Difference, ...] = ()
    fault: str | None = None

    @property
    def same(self) -> bool:
        return not self.different and self.fault is None


def compare_rows(name: str, here: pa.Table, there: pa.Table) -> Compared:
    """Rows in any order; the columns must be the same ones, in one order."""
    if here.column_names != there.column_names:
        return Compared(name, fault=f"Its columns are {there.column_names}, not {here.column_names}.")
    if here.num_rows != there.num_rows:
        fault = f"It has {there.num_rows:,} rows there, and {here.num_rows:,} here."
        return Compared(name, here.num_rows, fault=fault)
    mine, other = (sorted(table.to_pylist(), key=_order) for table in (here, there))
    return _compared(name, len(mine), here.num_columns, _differences(mine, other, here.column_names))


def compare_answers(name: str, here: Sequence[Row], there: Sequence[Row]) -> Compared:
    """The rows of a KPI by period and group."""
    mine, other = ({_place(row): row for row in rows} for rows in (here, there))
    if mine.keys() != other.keys():
        lacking = sorted(mine.keys() ^ other.keys())[:SHOWN]
        return Compared(name, len(mine), fault=f"Only one of them has rows of: {'; '.join(lacking)}.")
    found = (
        Difference(f"{place}, {told}", row.get(told), other[place].get(told))
        for place, row in mine.items()
        for told in TOLD
        if not near(row.get(told), other[place].get(told))
    )
    return _compared(name, len(mine), len(TOLD), found)


def near(one: Any, other: Any) -> bool:
    """Equal; numbers within the tolerance, unknown only where both are."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    if isinstance(one, float | int) and isinstance(other, float | int):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return one == other or abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))
    return bool(one == other)


def _compared(name: str, rows: int, columns: int, found: Iterator[Difference]) -> Compared:
    differences = list(found)
    return Compared(name, rows, rows * columns, len(differences), tuple(differences[:SHOWN]))


def _differences(
    mine: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> Iterator[Difference]:
    for place, (one, two) in enumerate(zip(mine, other, strict=True)):
        for column in columns:
            if not near(one[column], two[column]):
                yield Difference(f"row {place + 1} of {column}", one[column], two[column])


def _order(row: Mapping[str, Any]) -> tuple[tuple[bool, str], ...]:
    """Text that sorts equal rows alike, whatever the last digits of their numbers."""
    return tuple(
        (value is not None, f"{value:.6g}" if isinstance(value, float) else str(value)) for value in row.values()
    )


def _place(row: Row) -> str:
    groups = ", ".join(f"{name} {value}" for name, value in row["by"].items())
    return ", ".join(filter(None, [row["period"], groups]))
