"""How the figures of a review are set in tables, the same in HTML, PDF and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accountlens.language import numbers
from accountlens.language.calendar import Clock
from accountlens.reports.content import Cell, Column, Figure, Report, Verdict
from accountlens.reports.sentences import amount, signed
from accountlens.reports.spans import day

VERDICTS: Mapping[Verdict, str] = {
    "beyond": "more than chance",
    "within": "within chance",
    "unusual": "unusual",
    "usual": "usual",
    "same": "no change",
    "untold": "",
}
FLAGS = {
    "small_sample": "few cases",
    "insufficient_data": "too little data",
    "grown_within": "more than doubled within the period",
    "registered_before": "some had registered earlier",
    "immature_cohort": "may still change",
    "partial_period": "so far",
    "unmatched_rows": "with rows of no account",
    "suppressed": "kept back",
}
UNKNOWN = numbers.UNKNOWN


@dataclass(frozen=True)
class Row:
    """One figure as texts. `mood`: the change is good or bad, and more than noise; else plain."""

    label: str
    value: str
    interval: str
    before: str
    change: str
    verdict: str
    year_ago: str
    year_change: str
    goal: str
    goal_change: str
    n: str
    marks: str
    mood: str


@dataclass(frozen=True)
class Heads:
    """Which columns the figures of a section have beside the value."""

    year: bool
    goal: bool


def heads(figures: Sequence[Figure], report: Report) -> Heads:
    """The year before is no column of an annual review: it is the period before."""
    year = report.cadence != "annual" and any(one.year_ago is not None for one in figures)
    return Heads(year, any(one.goal is not None for one in figures))


def row(figure: Figure, currency: str) -> Row:
    unit = figure.unit
    noisy = figure.verdict not in ("beyond", "unusual") or figure.better is None
    return Row(
        label=figure.label,
        value=show(figure.value, unit, currency),
        interval=numbers.interval(figure.lower, figure.upper, unit).strip("()"),
        before=show(figure.before, unit, currency),
        change=change(figure.change, unit, currency),
        verdict=VERDICTS[figure.verdict],
        year_ago=show(figure.year_ago, unit, currency),
        year_change=change(figure.year_change, unit, currency),
        goal=show(figure.goal.value, unit, currency) if figure.goal else "",
        goal_change=change(figure.goal.change, unit, currency) if figure.goal else "",
        n="" if figure.n is None else f"{figure.n:,.0f}",
        marks=", ".join(FLAGS[flag] for flag in figure.flags if flag in FLAGS),
        mood="plain" if noisy else "good" if figure.better else "bad",
    )


def rows(figures: Sequence[Figure], currency: str) -> list[Row]:
    return [row(one, currency) for one in figures]


def show(value: float | None, unit: str, currency: str) -> str:
    return UNKNOWN if value is None else amount(value, unit, currency)


def change(value: float | None, unit: str, currency: str) -> str:
    return UNKNOWN if value is None else "0" if value == 0 else signed(value, unit, currency)


def cell(value: Cell, column: Column, currency: str) -> str:
    """Of a table: text as it is, numbers by the unit of their column."""
    if value is None:
        return UNKNOWN
    if column.unit == "text" or isinstance(value, str):
        return str(value)
    if column.unit.startswith("change:"):
        return change(float(value), column.unit.removeprefix("change:"), currency)
    return f"{value:,g}" if column.unit == "number" else amount(float(value), column.unit, currency)


def moment(instant: datetime, zone: str) -> str:
    """`1 October 2026, 00:00 (Europe/Berlin)`."""
    local = Clock(ZoneInfo(zone), instant).local(instant)
    return f"{day(local.date())}, {local:%H:%M} ({zone})"


def closing(report: Report) -> Iterator[str]:
    """On what it stands, for the foot of every form."""
    yield f"Snapshot {report.snapshot}, as of {moment(report.as_of, report.time_zone)}."
    if report.fresh_as_of and report.fresh_as_of < report.as_of:
        yield f"Every source was read up to {moment(report.fresh_as_of, report.time_zone)}."
    yield f"Made {moment(report.made_at, report.time_zone)}. Money in {report.currency}."
    if report.sight:
        yield report.sight
    yield NOISE


NOISE = (
    "Within chance: the interval of the change includes none. Without an interval, a change is unusual where none of "
    "the changes before it, as far as they are shown, was as large. – is not known; it is not zero."
)
