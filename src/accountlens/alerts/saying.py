"""A rule in words: what it looks for, and of whom."""

from __future__ import annotations

from accountlens.alerts.rules import (
    Baseline,
    ChampionLeft,
    Change,
    DataLate,
    NoTouch,
    OfKpi,
    Pacing,
    RenewalDue,
    Rule,
    Threshold,
)
from accountlens.catalog.catalog import Catalog
from accountlens.language import numbers
from accountlens.language.asked import parse_asked

SCOPES = {"target": "target accounts", "control": "the control group", "non_target": "accounts not targeted",
          "customers": "customers"}  # fmt: skip
WAYS = {"falls": "falls", "rises": "rises", "either": "moves"}


def rule_words(rule: Rule, catalog: Catalog, currency: str) -> str:
    """`Health score falls by 10 or more against the month before; customers with tier = 'A'.`"""
    scope = SCOPES.get(rule.scope, "accounts" if rule.where else "")
    who = f"{scope} with {rule.where}" if rule.where else scope
    each = "" if rule.each in ("account", "company") else f"by {rule.each.removesuffix('_id').replace('_', ' ')}"
    about = ", ".join(filter(None, [who, each]))
    return f"{_condition(rule, catalog, currency)}{f'; {about}' if about else ''}."


def _condition(rule: Rule, catalog: Catalog, currency: str) -> str:
    match rule.when:
        case NoTouch(days=days, roles=roles):
            whom = " or ".join(role.replace("_", " ") for role in roles)
            return f"For {numbers.count(days, 'day')} nobody was in touch with {f'a {whom}' if whom else 'the account'}"
        case RenewalDue(within_days=days, health_below=health):
            poor = "" if health is None else f", and health is below {health:g}"
            return f"A contract ends within {numbers.count(days, 'day')}, undecided{poor}"
        case ChampionLeft(days=days):
            return f"Within {numbers.count(days, 'day')} a champion left"
        case Pacing(kpi=kpi):
            return f"A target{f' of {_label(kpi, catalog)}' if kpi else ''} is behind what usually stands by now"
        case DataLate():
            return "A source cannot be read, or rows stay away for longer than usual"
        case _:
            return _of_kpi(rule.when, catalog, currency)


def _of_kpi(when: OfKpi, catalog: Catalog, currency: str) -> str:
    name = parse_asked(when.kpi).name
    unit = catalog.kpis[name].unit if name in catalog.kpis else "count"

    def say(number: float | None, relative: bool = False) -> str:
        return numbers.show(number, "fraction" if relative else unit, currency)

    match when:
        case Threshold(below=below, above=above):
            side = f"below {say(below)}" if below is not None else f"above {say(above)}"
            told = f"is {side} in a {when.per}"
        case Change(direction=way, by=by, relative=relative, against=against):
            then = f"the {when.per} before" if against == "previous" else f"the same {when.per} a year before"
            told = f"{WAYS[way]} by {say(by, relative)} or more against {then}"
        case Baseline(direction=way, times=times, by=by, periods=periods):
            least = f" and {say(by)}" if by else ""
            told = f"{WAYS[way]} by {times:g} usual deviations{least} or more from its last {periods} {when.per}s"
        case _:
            raise AssertionError(when.kind)  # type: ignore[attr-defined]
    return f"{_label(when.kpi, catalog)} {told}"


def _label(kpi: str, catalog: Catalog) -> str:
    name = parse_asked(kpi).name
    return catalog.kpis[name].label if name in catalog.kpis else kpi
