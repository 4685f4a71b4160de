"""What a review asks: the KPIs of its pack that the data and the audience allow, each with its filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.pages.needs import spoken_need
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Cadence, Goal
from accountlens.reports.figures import Told, filter_for, tell_figures
from accountlens.reports.packs import Pack
from accountlens.reports.spans import Span

FEWEST_PEOPLE = 5  # of whom a satisfaction is told


def ask_all(
    here: Stand, pack: Pack, whom: Whom, cadence: Cadence, span: Span, goals: Mapping[str, Goal], left_out: list[str]
) -> dict[str, Told]:
    """The figures by KPI as asked, with their targets; `left_out` gets what cannot be told, and what it needs."""
    wheres = _askable(here, pack, whom, cadence, left_out)
    return _aimed(_discreet(tell_figures(here, wheres, span), left_out), goals)


def _askable(here: Stand, pack: Pack, about: Whom, cadence: Cadence, left_out: list[str]) -> dict[str, str | None]:
    """The KPIs of the pack, and where a section takes the rest all of the cadence, each with its filter."""
    catalog = here.ground.catalog
    wanted = pack.kpis()
    if any(part.rest for part in pack.sections):
        shown = {parse_asked(kpi).name for kpi in wanted}
        wanted += [name for name, one in catalog.kpis.items() if one.review == cadence and name not in shown]
    found: dict[str, str | None] = {}
    lacking: list[str] = []
    for kpi in wanted:
        name = parse_asked(kpi).name
        if name not in catalog.kpis:
            continue
        if here.missing(kpi):
            lacking.append(name)
            continue
        try:
            found[kpi] = filter_for(here, kpi, about)
        except AccountlensError as error:
            why = f"its rows cannot be told apart by {about.audience}." if about.filters else error.what
            left_out.append(f"{catalog.kpis[name].label}: {why}")
    left_out += _needed(here, lacking) if pack.internal else _unrecorded(here, lacking)
    return found


def _needed(here: Stand, lacking: Sequence[str]) -> Iterator[str]:
    """By what is missing, so that it is told once how to add it: the KPIs that wait for it."""
    catalog = here.ground.catalog
    waiting = defaultdict[str, dict[str, None]](dict)
    for name in lacking:
        for entity in here.missing(name):
            waiting[entity][catalog.kpis[name].label] = None
    for entity, found in waiting.items():
        labels = list(found)
        verb = "needs" if len(labels) == 1 else "need"
        yield f"{_listed(labels)} {verb} {spoken_need(entity)}. {here.need(entity, '').mend}"


def _unrecorded(here: Stand, lacking: Sequence[str]) -> Iterator[str]:
    """For readers who cannot add what is missing."""
    labels = dict.fromkeys(here.ground.catalog.kpis[name].label for name in lacking)
    if labels:
        yield f"Nothing is recorded yet for {_listed(list(labels))}."


def _listed(labels: Sequence[str]) -> str:
    return " and ".join([", ".join(labels[:-1])] * (len(labels) > 1) + [labels[-1]])


def _discreet(told: Mapping[str, Told], left_out: list[str]) -> dict[str, Told]:
    """Without what fewer than five colleagues said."""
    found = {}
    for kpi, one in told.items():
        if parse_asked(kpi).name in ("enps", "esat") and (one.figure.n or 0) < FEWEST_PEOPLE:
            left_out.append(f"{one.figure.label}: fewer than {FEWEST_PEOPLE} people answered.")
            continue
        found[kpi] = one
    return found


def _aimed(told: Mapping[str, Told], goals: Mapping[str, Goal]) -> dict[str, Told]:
    """With their targets; a figure that has none says nothing of one."""
    return {kpi: replace(one, figure=replace(one.figure, goal=goals.get(kpi))) for kpi, one in told.items()}
