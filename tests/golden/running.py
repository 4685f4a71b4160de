"""From a case to its answers: the rows into workspaces, the expected fields into questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.golden.adapters import ADAPTERS
from tests.golden.adapters.context import surround
from tests.golden.cases import Case
from tests.golden.reading import GRAINS, Curve, reading_of
from tests.golden.words import NotRunError
from tests.golden.world import Desk, Scenario

from accountlens.errors import AccountlensError

Answers = tuple[dict[str, Any], list[str], list[str]]  # by field; faults; what had to wait


def scenarios_of(case: Case) -> list[Scenario]:
    """The adapter's work, with a look at what it left unread."""
    adapter = ADAPTERS.get(case.kpi)
    if adapter is None:
        raise NotRunError(f"no adapter for the KPI {case.kpi}")
    scenarios = adapter(case)
    surround(case, scenarios)
    unread = sorted(_unread(case))
    if unread:
        raise NotRunError(f"no adapter of {case.kpi} knows the inputs {', '.join(unread)}")
    return scenarios


def _unread(case: Case) -> set[str]:
    found = case.inputs.unread()
    for rows in case.groups:
        found |= {name for row in rows for name in row.unread()}
    return found


def answers_of(case: Case, scenarios: Sequence[Scenario], folder: Path) -> Answers:
    """Every expected field, as the engine answers it."""
    desks = [Desk(scenario, folder / str(index)) for index, scenario in enumerate(scenarios)]
    found: dict[str, Any] = {}
    faults, waiting = [], []
    for field, expected in case.expected.items():
        try:
            found[field] = _together(field, expected, desks)
        except NotRunError as reason:
            waiting.append(f"{field}: {reason}")
        except LookupError as reason:
            faults.append(f"[{field}]: {reason.args[0]}")
        except AccountlensError as refusal:
            faults.append(f"[{field}]: {refusal}")
    if not waiting:
        asked = {name for scenario in scenarios for name in scenario.options}
        untaken = asked - {name for desk in desks for name in desk.taken}
        faults += [f"no KPI asked takes the option {name}={scenarios[0].options.get(name)}" for name in sorted(untaken)]
    return found, faults, waiting


def _together(field: str, expected: Any, desks: Sequence[Desk]) -> Any:
    """One world answers for itself; of several, a list in their order or a mapping by their labels."""
    if len(desks) == 1:
        found = read(field, expected, desks[0])
        alone = isinstance(expected, list) and len(expected) == 1 and not isinstance(found, list)
        return [found] if alone else found
    for desk in desks:
        if desk.scenario.whole and not isinstance(expected, list | dict):
            return read(field, expected, desk)
    desks = [desk for desk in desks if not desk.scenario.whole]
    if isinstance(expected, Mapping):
        labelled = {desk.scenario.label: desk for desk in desks}
        return {label: _inner(expected[label], desk) for label, desk in labelled.items() if label in expected}
    name = "value" if field == "values" else field
    wanted = expected if isinstance(expected, list) and len(expected) == len(desks) else [None] * len(desks)
    return [read(name, one, desk) for one, desk in zip(wanted, desks, strict=True)]


def read(field: str, expected: Any, desk: Desk) -> Any:
    """A field of one world. Where answers of several KPIs stand in each group, each group is asked on its own."""
    if field in ("flag", "flags"):
        return _flags(expected, desk)
    nested = isinstance(expected, Mapping) and any(isinstance(value, Mapping) for value in expected.values())
    if nested and field.startswith("by_") and field not in desk.scenario.fields:
        return {label: _inner(inner, _narrowed(desk, field, label)) for label, inner in expected.items()}
    reading = reading_of(field, desk.scenario)
    if isinstance(reading, Curve) and isinstance(expected, Mapping):
        return {value: reading.at(desk, value) for value in expected}
    return reading(desk)


def _flags(expected: Any, desk: Desk) -> Any:
    """Of the flags that are expected, those that are raised; or all where the one is not."""
    raised = desk.row(desk.scenario.main or "")["flags"]
    if isinstance(expected, list):
        return [flag for flag in expected if flag in raised]
    return expected if expected in raised else raised


def _inner(expected: Any, desk: Desk) -> Any:
    if isinstance(expected, Mapping):
        return {name: read(name, one, desk) for name, one in expected.items()}
    return reading_of("value", desk.scenario)(desk)


def _narrowed(desk: Desk, field: str, label: str) -> Desk:
    if field in GRAINS:
        return desk.during(label)
    return desk.where(field.removeprefix("by_"), label)
