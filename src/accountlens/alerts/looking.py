"""A rule looked at: by what its condition is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import (
    Baseline,
    ChampionLeft,
    Change,
    DataLate,
    NoTouch,
    Pacing,
    RenewalDue,
    Rule,
    Threshold,
)
from accountlens.alerts.signs import Seen
from accountlens.alerts.watching.events import champions, renewals, silences
from accountlens.alerts.watching.ground import Watch
from accountlens.alerts.watching.kpis import baselines, changes, thresholds
from accountlens.alerts.watching.lateness import lateness
from accountlens.alerts.watching.pacing import pacings
from accountlens.alerts.wherever import wherever
from accountlens.language.asked import parse_asked
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand

ENTITIES: Mapping[type[Any], tuple[str, ...]] = {  # without which a condition says nothing
    NoTouch: ("activities",),
    RenewalDue: ("contracts",),
    ChampionLeft: ("contacts",),
}
WEEKS = 52  # of a back-test
WAYS: Mapping[type[Any], Callable[[Watch], Seen]] = {
    Threshold: thresholds,
    Change: changes,
    Baseline: baselines,
    Pacing: pacings,
    NoTouch: silences,
    RenewalDue: renewals,
    ChampionLeft: champions,
    DataLate: lateness,
}


def look(here: Stand, rule: Rule) -> Seen:
    """What the rule sees at the snapshot's moment; `AccountlensError` says why it cannot be computed."""
    return WAYS[type(rule.when)](Watch(here, rule))


def look_back(here: Stand, rule: Rule) -> Seen:
    """What it would have seen within the last year, at each period's end, as far as it was known then."""
    if isinstance(rule.when, DataLate | Pacing):
        what = "How late data were" if isinstance(rule.when, DataLate) else "How targets were paced"
        raise RuleError(f"{what} at a time in the past is not looked at again, so this rule has no back-test.")
    return WAYS[type(rule.when)](Watch(here, rule, WEEKS))


def lacking(here: Stand, rule: Rule) -> list[Need]:
    """What the data lack for a rule; one about an unknown KPI is an error."""
    shows = f"alerts '{rule.label}'"
    if rule.kpi:
        here.ground.catalog.definition(parse_asked(rule.kpi).name)
    found = here.kpi_needs([parse_asked(rule.kpi).name], shows) if rule.kpi else []
    return found + here.lacking(shows, *ENTITIES.get(type(rule.when), ()))


def admit(here: Stand, rule: Rule) -> str | None:
    """Whether a rule may be kept: an unknown KPI or dimension is an error; why it cannot be computed here is told."""
    try:
        wherever(partial(look, rule=rule), here)
    except RuleError as fault:
        return str(fault)
    return None
