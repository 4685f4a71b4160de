"""Targets in a review: what a figure was to reach in its very period, and how the targets run that its time lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.pacing.pace import Pace
from accountlens.pacing.run import paces
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Column, Goal, Section, Table
from accountlens.reports.sentences import amount
from accountlens.reports.spans import Span
from accountlens.targets.target import Target

VERDICTS = {"ahead": "ahead", "on": "on pace", "behind": "behind", "unknown": "–"}
TITLE = "Targets"
UNITS = {"fraction": "shares", "count": "counts"}


@dataclass(frozen=True)
class Aim:
    """A target with its pace, and how its KPI is called."""

    target: Target
    pace: Pace
    label: str
    unit: str


def aims(here: Stand, whom: Whom, span: Span) -> list[Aim]:
    """The targets of exactly this audience whose time holds some of the period."""
    book = here.workspace.targets(here.opened.snapshot.id)
    try:
        wanted = book.wanted(None, whom.written, span.text)
    except AccountlensError:  # he owns nothing by now, or none of that name is left
        return []
    judged, found = paces(book, wanted), list[Aim]()
    for one in wanted:
        kpi = book.known(one)
        if kpi is not None and one.number in judged:
            label = here.ground.catalog.definition(parse_asked(one.kpi).name).label
            found.append(Aim(one, judged[one.number], label, kpi.unit))
    return found


def goals(found: list[Aim], span: Span) -> Mapping[str, Goal]:
    """Of the period itself, by KPI as asked."""
    period = span.piece.period
    return {
        one.target.kpi: Goal(one.pace.target, one.pace.gap, one.pace.expected, one.pace.forecast,
                             one.pace.forecast_low, one.pace.forecast_high)
        for one in found
        if one.target.span.days == (period.start, period.end) and one.pace.target is not None
    }  # fmt: skip


def section(found: list[Aim], currency: str) -> Section | None:
    """All of them, those that are behind first."""
    if not found:
        return None
    order = sorted(found, key=lambda one: (("behind", "ahead", "on", "unknown").index(one.pace.verdict), one.label))
    units = list(dict.fromkeys(one.unit for one in order))
    tables = [_table([one for one in order if one.unit == unit], unit, len(units) > 1) for unit in units]
    return Section(TITLE, [text for one in order for text in _told(one, currency)], tables=tables)


def _table(found: list[Aim], unit: str, several: bool) -> Table:
    """Those of one unit, so that every column has one."""
    names = ("Target", "There now", "Usual by now", "Leads to")
    columns = [Column("KPI", "text"), Column("Period", "text"), *(Column(name, unit) for name in names)]
    rows = [
        [one.label, one.target.span.label, one.pace.target, one.pace.actual, one.pace.expected, one.pace.forecast,
         VERDICTS[one.pace.verdict]]
        for one in found
    ]  # fmt: skip
    return Table(f"Targets: {UNITS.get(unit, unit)}" if several else TITLE, [*columns, Column("Pace", "text")], rows)


def _told(one: Aim, currency: str) -> Iterator[str]:
    """A sentence for each whose pace is known, or why it is not."""
    pace, name = one.pace, f"{one.label}, {one.target.span.label}"
    target, actual = amount(pace.target, one.unit, currency), amount(pace.actual, one.unit, currency)
    if pace.verdict == "unknown":
        yield f"{name}: {actual} against a target of {target}. {pace.why or 'Its pace cannot be told.'}"
        return
    now = f"{name}: {actual} against a target of {target}"
    if pace.state == "over" or pace.expected is None:
        reached = {"ahead": "better than the target", "on": "not clearly off it", "behind": "short of the target"}
        yield f"{now}, {reached[pace.verdict]}."
        return
    low, high = (amount(value, one.unit, currency) for value in (pace.expected_low, pace.expected_high))
    where = f" By now {low} to {high} would be usual, so it is {VERDICTS[pace.verdict]}."
    leads = ""
    if pace.forecast is not None and pace.forecast_low is not None and pace.forecast_high is not None:
        ends = [amount(value, one.unit, currency) for value in (pace.forecast, pace.forecast_low, pace.forecast_high)]
        leads = f" It leads to {ends[0]} ({ends[1]} to {ends[2]}, {100 * pace.level:g} % interval)."
    yield f"{now}.{where}{leads}"
