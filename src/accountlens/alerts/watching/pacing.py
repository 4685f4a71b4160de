"""Targets that are behind: less is there than usually stands by now, and by more than past periods differ in that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import Pacing
from accountlens.alerts.signs import Held, Question, Seen, Sign
from accountlens.alerts.watching.ground import Watch
from accountlens.alerts.watching.tracks import signed
from accountlens.language import numbers
from accountlens.language.asked import parse_asked
from accountlens.language.periods import Range, range_text
from accountlens.pacing.pace import Pace
from accountlens.pacing.run import paces
from accountlens.targets.target import Target
from accountlens.warehouses.expand import literal


def pacings(watch: Watch) -> Seen:
    """Each owner, tier or account with targets that run is a subject; its targets are told together."""
    when, each = watch.rule.when, watch.rule.each
    assert isinstance(when, Pacing)
    if when.kpi:
        watch.here.ground.catalog.kpi(parse_asked(when.kpi))
    book = watch.here.workspace.targets(watch.here.opened.snapshot.id)
    wanted = [one for one in book.wanted(when.kpi) if one.scope.kind == each]
    found = paces(book, wanted)
    running = [one for one in wanted if one.number in found and found[one.number].state == "running"]
    if not running:
        of = f" of {when.kpi}" if when.kpi else ""
        raise RuleError(f"No target{of} for each {each} runs now.", mend="Set one: accountlens targets.")
    subjects = sorted({one.scope.value for one in running})
    signs: dict[tuple[int, int], Sign] = {}
    for one in running:
        if (sign := _sign(watch, one, found[one.number])) is not None:
            place = subjects.index(one.scope.value), 0
            signs[place] = _together(signs.get(place), sign)
    return Seen(subjects, [watch.here.now], np.ones((len(subjects), 1), bool), signs)


def _sign(watch: Watch, one: Target, pace: Pace) -> Sign | None:
    """What there is to say of a target; nothing where it is on its way."""
    if pace.actual is None or pace.expected is None or pace.target is None:
        return None
    definition = watch.here.ground.catalog.kpi(parse_asked(one.kpi))
    behind = pace.actual > pace.expected if definition.good == "down" else pace.actual < pace.expected
    if not behind or pace.verdict == "ahead":
        return None
    held = None
    if pace.verdict != "behind":
        usual = "by now past periods differ that much"
        held = (Held.INTERVAL, usual) if pace.verdict == "on" else (Held.UNKNOWN, (pace.why or "").rstrip("."))

    def say(number: float | None) -> str:
        return numbers.show(number, definition.unit, watch.here.opened.house.currency)

    label = watch.here.ground.catalog.definition(parse_asked(one.kpi).name).label
    text = f"{label}: {say(pace.actual)} of {say(pace.target)} in {one.span.label}, and {say(pace.expected)} usually "
    text += "stands by now" + (f"; it leads to {say(pace.forecast)}" if pace.forecast is not None else "") + "."
    where = f"{one.scope.dimension} = {literal(one.scope.value)}" if one.scope.dimension else None
    question = Question(one.kpi, range_text(Range(*one.span.days)), where)
    told = {"target": pace.target, "forecast": pace.forecast, "elapsed": pace.elapsed}
    return signed(text, held, value=pace.actual, expected=pace.expected, numbers=told, question=question)


def _together(first: Sign | None, second: Sign) -> Sign:
    """Several targets of one subject as one sign: what is to be told before what is held back."""
    if first is None or (first.held and not second.held):
        return second
    if second.held and not first.held:
        return first
    return replace(first, why=f"{first.why} {second.why}")
