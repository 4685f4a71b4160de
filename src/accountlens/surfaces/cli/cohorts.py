"""`accountlens stages --cohort`: of those who rose into a stage at one time, how many reached each later one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.engine.cohorts import Cohort, Funnel, Onward
    from accountlens.workspace import Workspace

ALL = "together"


def cohorts(workspace: Workspace, stage: str, question: Mapping[str, Any], as_json: bool) -> None:
    found = workspace.funnel(stage, **question)
    if as_json:
        messages.write(json.dumps(told(found), indent=2, default=str) + "\n")
    else:
        messages.show(*page(found, messages.page().width))


def page(found: Funnel, width: int) -> Iterator[RenderableType]:
    """A table, and what its marks mean; the days are left out where the window is narrow."""
    full = _sheet(found, days=True)
    fits = full.fits(width)
    yield from draw(full if fits else _sheet(found, days=False), width)
    told = f"Share that reached the stage, or a further one, within {found.within_days} days"
    yield Text(told + ("; median days of those." if fits else " (median days need a wider window)."), style="dim")
    if any(cohort.immature for cohort in found.cohorts):
        days = f"{found.within_days} days"
        marks = f"≥ some of the cohort have not had their {days} yet: the share may still rise. – nothing is known yet."
        yield Text(marks, style="dim")


def _sheet(found: Funnel, days: bool) -> Sheet:
    rows = found.cohorts
    columns = [Column("cohort", texts([one.period or ALL for one in rows]), right=False)]
    if found.by:
        columns.insert(0, Column(found.by, texts([_group(one, found) for one in rows]), right=False))
    columns.append(Column(found.stage, texts([f"{one.entered:,}" for one in rows])))
    for place, later in enumerate(rows[0].onward):
        columns.append(Column(later.stage, [_share(one.onward[place]) for one in rows]))
        if days:
            columns.append(Column("days", [_days(one.onward[place]) for one in rows]))
    totals = frozenset(place for place, one in enumerate(rows) if one.period is None)
    title = f"Accounts by when they rose into {found.stage}"
    return Sheet(tuple(columns), title, rules=totals - {len(rows) - 1}, bold=totals)


def _group(one: Cohort, found: Funnel) -> str:
    return ALL if one.group is None else found.names.get(one.group, one.group)


def _share(later: Onward) -> Text:
    """The share; at least so much while some are undecided; unknown where nobody can be told of yet."""
    if later.share is not None:
        return Text(numbers.show(later.share, "fraction"))
    if later.undecided == later.entered or later.at_least is None:
        return Text(numbers.UNKNOWN, style="dim")
    return Text(f"≥ {numbers.show(later.at_least, 'fraction')}", style="yellow")


def _days(later: Onward) -> Text:
    return Text("" if later.median_days is None else f"{later.median_days:,.1f}", style="dim")


def told(found: Funnel) -> dict[str, object]:
    """The funnel for machines: unknown shares are null, and each cohort says whether it is immature."""
    rows = [
        {
            "period": one.period,
            "group": one.group,
            "name": found.names.get(one.group or ""),
            "entered": one.entered,
            "flags": ["immature_cohort"] if one.immature else [],
            "onward": [
                {**asdict(later), "share": later.share, "at_least": later.at_least, "at_most": later.at_most}
                for later in one.onward
            ],
        }
        for one in found.cohorts
    ]
    head = {"stage": found.stage, "start": found.start.isoformat(), "end": found.end.isoformat()}
    return {**head, "within_days": found.within_days, "by": found.by, "cohorts": rows}
