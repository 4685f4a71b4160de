"""What many shapes have in common: aggregates as rows, one world or several, and the time they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tests.golden.cases import Case
from tests.golden.reading import GRAINS, Reading
from tests.golden.words import Given, NotRunError, instant, months_on, plain, split
from tests.golden.world import END, START, Rows, Scenario

AGGREGATES = "aggregates aggregate totals counts summary"
SPANS = "month period quarter year week day"
CUTS = "segment tier region country industry"  # columns of accounts that a row may be labelled with
ACCOUNT = "account account_id customer customer_id company"
MOMENT = "ts at occurred_at date timestamp time"

Build = Callable[[Rows, Given], None]


def spread(case: Case, groups: Sequence[Given], build: Build) -> list[Scenario]:
    """One world with all rows; one each where a list, or a period for each, is expected; or both."""
    if not groups:
        raise NotRunError(f"no adapter of {case.kpi} knows the inputs {', '.join(case.inputs) or '(none)'}")
    labels = [row.text(SPANS) for row in groups]
    scenarios = []
    if len(groups) > 1 and (case.lists() or all(labels)):
        for row, label in zip(groups, labels, strict=True):
            rows = Rows()
            build(rows, row)
            scenarios.append(timed(case, Scenario(rows, label=label)))
        if not case.scalars():
            return scenarios
    rows = Rows()
    for row in groups:
        rows.tags = row.some(CUTS)
        build(rows, row)
    return [*scenarios, timed(case, Scenario(rows, whole=bool(scenarios)))]


def finished(
    case: Case, scenarios: Sequence[Scenario], fields: Mapping[str, Reading], main: str | None = None
) -> list[Scenario]:
    """The scenarios with what the case asks of them, and with how its fields are read."""
    for scenario in scenarios:
        scenario.main = main or case.kpi
        scenario.options |= case.options
        scenario.settings |= {name: value for name, value in scenario.rows.facts.items() if name == "gross_margin"}
        scenario.fields = {**fields, **scenario.fields}
    return list(scenarios)


def frame(case: Case) -> tuple[datetime, datetime, datetime]:
    """Start, middle and end of the period that rows without a date fall into."""
    start, end = case.period or (START, END)
    return start, start + timedelta(days=(end - start).days // 2), end


def timed(case: Case, scenario: Scenario, *given: datetime | None) -> Scenario:
    """The period and the moment of the refresh: as the case says, else as its answers and its dates suggest."""
    known = sorted(moment for moment in given if moment is not None)
    scenario.as_of = case.as_of
    if case.period is not None:
        scenario.start, scenario.end = case.period
    elif spans := list(asked_spans(case)):
        scenario.start, scenario.end = min(start for start, _ in spans), max(end for _, end in spans)
    elif known or case.as_of:
        last = case.as_of - timedelta(microseconds=1) if case.as_of else known[-1]
        scenario.start = months_on(min([*known[:1], last]), 0)
        scenario.end = months_on(last, 1)
    return scenario


def asked_spans(case: Case) -> Iterable[tuple[datetime, datetime]]:
    """The periods that the expected answers name."""
    for field, value in case.expected.items():
        if field in GRAINS and isinstance(value, dict):
            yield from (plain(label) for label in value if re.match(r"\d{4}", label))


def moments(groups: Iterable[Given], *names: str) -> list[datetime]:
    """Every instant that stands in these columns."""
    found = [instant(row.data[name]) for row in groups for name in split(*names) if name in row.data]
    return [moment for moment in found if moment is not None]
