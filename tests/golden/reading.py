"""How an expected field is read from answers: by its name, never by computing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.golden.words import NotRunError, split
from tests.golden.world import Desk, Row, Scenario

Reading = Callable[[Desk], Any]

LOWER = frozenset("lower low ci_low ci_lower lower_95 wilson_low wilson_lower low_95".split())
UPPER = frozenset("upper high ci_high ci_upper upper_95 wilson_high wilson_upper high_95".split())
MARGIN = frozenset("margin margin_95 half_width moe margin_of_error".split())
INTERVAL = frozenset("ci ci_95 interval wilson wilson_95".split())
VALUE = frozenset("rate ratio count result percentage days".split())  # where no part is called so
STATS = {"mean": "mean", "average": "mean", "avg": "mean", "median": "median", "p90": "p90"}
GRAINS = {"by_day": "day", "by_week": "week", "by_month": "month", "by_quarter": "quarter", "by_year": "year"}
DIMENSIONS = {"rep": "owner_id", "owner": "owner_id", "account": "account_id", "product": "product_id",
              "campaign": "campaign_id", "employee": "employee_id"}  # fmt: skip


def named(names: str, reading: Reading) -> dict[str, Reading]:
    """One reading under several names."""
    return dict.fromkeys(names.split(), reading)


def answer(kpi: str, **own: Any) -> Reading:
    """The value of a KPI, asked with these options."""
    return lambda desk: desk.row(kpi, **own)["value"]


def part(kpi: str, *names: str, **own: Any) -> Reading:
    """The first part of these names."""
    return lambda desk: first_part(desk.row(kpi, **own), split(*names))


@dataclass(frozen=True)
class Curve:
    """A part that is expected at several values of an option, as a mapping."""

    kpi: str
    name: str
    option: str
    own: Mapping[str, Any]

    def __call__(self, desk: Desk) -> Any:
        return first_part(desk.row(self.kpi, **self.own), [self.name])

    def at(self, desk: Desk, value: str) -> Any:
        return first_part(desk.row(self.kpi, **self.own, **{self.option: float(value)}), [self.name])


def first_part(row: Row, names: Sequence[str]) -> Any:
    for name in names:
        if name in row["parts"]:
            return row["parts"][name]
    told = ", ".join(row["parts"])
    raise LookupError(f"{row['kpi']} has no part {' or '.join(names)} (its parts: {told})")


def either(*readings: Reading) -> Reading:
    """The first reading whose KPI exists and has the part."""

    def read(desk: Desk) -> Any:
        told: list[Exception] = []
        for reading in readings:
            try:
                return reading(desk)
            except (NotRunError, LookupError) as error:
                told.append(error)
        raise next((error for error in told if isinstance(error, LookupError)), told[-1])

    return read


def over(kpi: str, dimension: str, **own: Any) -> Reading:
    """The values by group: `{"r1": 0.75, "r2": 0.8}`."""
    return lambda desk: {
        group: row["value"]
        for row in desk.rows(kpi, by=dimension, **own)
        if (group := row["by"][dimension]) is not None
    }


def along(kpi: str, grain: str, **own: Any) -> Reading:
    """The values by period: `{"2024-01": 0.1}`; days and weeks also by their first day."""

    def read(desk: Desk) -> dict[str, Any]:
        rows = desk.rows(kpi, grain=grain, **own)
        return {row[name]: row["value"] for row in rows for name in ("period_start", "period")}

    return read


def reading_of(field: str, scenario: Scenario) -> Reading:
    """What the adapter says about a field, else what the name of a field means everywhere."""
    if field in scenario.fields:
        return scenario.fields[field]
    kpi = scenario.main
    if kpi is None:
        raise LookupError(f"no adapter knows how to read '{field}'")
    if field in ("value", kpi):
        return answer(kpi)
    if field in STATS:
        return answer(kpi, stat=STATS[field])
    if field in GRAINS:
        return along(kpi, GRAINS[field])
    if field.startswith("by_"):
        dimension = field.removeprefix("by_")
        return over(kpi, DIMENSIONS.get(dimension, dimension))
    return _by_name(field, kpi)


def _by_name(field: str, kpi: str) -> Reading:
    def read(desk: Desk) -> Any:
        row = desk.row(kpi)
        found = {
            **dict.fromkeys(("n", "sample", "sample_size"), row["n"]),
            **dict.fromkeys(LOWER, row["lower"]),
            **dict.fromkeys(UPPER, row["upper"]),
            **{name: [row["lower"], row["upper"]] for name in INTERVAL},
            **dict.fromkeys(MARGIN, half(row)),
            "flags": row["flags"],
            "unit": row["unit"],
            **dict.fromkeys(VALUE, row["value"]),
            **row["parts"],
            **dict.fromkeys(row["flags"], True),
        }
        if field in ("suppressed", "immature_cohort", "insufficient_data", "small_sample", "partial_period", "never"):
            return found.get(field, False)
        if field not in found:
            told = ", ".join(row["parts"])
            raise LookupError(f"no adapter knows how to read '{field}' from {kpi} (its parts: {told})")
        return found[field]

    return read


def half(row: Row) -> float | None:
    """The half-width of a symmetric interval."""
    return None if row["lower"] is None or row["upper"] is None else (row["upper"] - row["lower"]) / 2
