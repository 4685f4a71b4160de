"""What a goal's KPIs are to reach: rows to fill in, with the figure of the same period last year beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accountlens.catalog.goals import Goal
from accountlens.choosing.goals import Serving, serving
from accountlens.errors import AccountlensError
from accountlens.language.periods import floor_to, range_text, step
from accountlens.language.query import Query
from accountlens.lists.files import to_csv
from accountlens.pages.stand import Stand
from accountlens.targets.book import Targets
from accountlens.targets.spans import back, read_span, span_of
from accountlens.targets.target import COMPANY, Scope, Span, Target

COLUMNS = ("kpi", "label", "scope", "period", "last_year", "amount", "note")
GRAIN = "quarter"
EARLY = 0.5  # of a quarter: while so much of it is to come, a target for it can still be reached


@dataclass(frozen=True)
class Aim:
    """A row of the sheet: `kpi` as targets name it, `last_year` its figure then, `target` the one there is."""

    kpi: str
    label: str
    unit: str
    good: str
    scope: Scope
    name: str
    span: Span
    last_year: float | None
    target: Target | None


def aims(here: Stand, book: Targets, goal: Goal, period: str | None = None, me: str | None = None) -> list[Aim]:
    """Of the KPIs that have their data and a good direction, for the widest scope whoever looks sees whole.

    Args:
        period: a month, quarter or year; else the quarter that runs, or the next where half of it is gone.
        me: who looks, among the employees.
    """
    span = read_span(period, book.today, book.fiscal_starts) if period else usual_span(book)
    scope = widest(book, me)
    if scope is None:
        return []
    wanted = {key: one for one in _aimable(here, goal) if (key := _asked(book, one, scope))}
    then = range_text(back(span, 12))
    figures = book.figures([(kpi, scope, then) for kpi in wanted], Query((), snapshot=here.opened.snapshot.id))
    there = {one.key: one for one in book.all()}
    return [
        Aim(kpi, one.label, one.unit, one.good, scope, book.scopes.name(scope), span,
            figures[kpi, scope, then].value, there.get((kpi, scope, span.days)))
        for kpi, one in wanted.items()
    ]  # fmt: skip


def usual_span(book: Targets) -> Span:
    """The quarter that runs, or the next one where half of it is gone."""
    start = floor_to(book.today, GRAIN, book.fiscal_starts)
    end = step(start, GRAIN)
    if (end - book.today).days < EARLY * (end - start).days:
        start, end = end, step(end, GRAIN)
    found = span_of(start, end, book.fiscal_starts)
    assert found is not None, "it was cut as a quarter"
    return found


def widest(book: Targets, me: str | None) -> Scope | None:
    """The company, a whole team, or whoever looks himself; None where he sees no one's accounts whole."""
    if book.seen is None:
        return Scope(COMPANY)
    teams = sorted(book.settable("team"), key=lambda one: -len(book.scopes.accounts["team"][one.value]))
    own = [Scope("owner", me)] if me else []
    return next((one for one in (*teams, *own) if book.scopes.visible(one, book.seen)), None)


def to_sheet(rows: Sequence[Aim]) -> str:
    """CSV that 'targets import' reads once amounts are filled in; rows that have a target are left out."""
    return to_csv(COLUMNS, [_line(one) for one in rows if one.target is None], safe=True)


def _line(one: Aim) -> Mapping[str, str]:
    told = {"kpi": one.kpi, "label": one.label, "scope": str(one.scope), "period": one.span.label}
    return {**told, "last_year": _plain(one.last_year, one.unit), "amount": "", "note": ""}


def _plain(value: float | None, unit: str) -> str:
    """A number as the amount beside it may be written."""
    if value is None:
        return ""
    return f"{value:.1%}" if unit == "fraction" else f"{round(value, 2):.15g}"


def _aimable(here: Stand, goal: Goal) -> list[Serving]:
    return [one for one in serving(here, goal) if not one.lacks and one.good != "context"]


def _asked(book: Targets, one: Serving, scope: Scope) -> str | None:
    """How targets name a KPI; None where it has none of that scope."""
    asked, kpi = book.fitting.asked(one.kpi)
    try:
        book.fitting.scope(str(scope), kpi)
    except AccountlensError:
        return None
    return str(asked)
