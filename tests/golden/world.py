"""A tiny workspace made of a case's rows, refreshed and asked like any other."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from tests.golden.words import Given, NotRunError

from accountlens import Workspace
from accountlens.language.asked import Asked

START, END = datetime(2024, 1, 1), datetime(2024, 2, 1)  # the period of cases that name none
LONG_AGO = datetime(2020, 1, 1)
MARGIN = "gross_margin margin gross_margin_rate"
Row = dict[str, Any]


class Rows:
    """Canonical entity rows under construction. `tags` are columns of every account made from now on."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.tags: Row = {}
        self.facts: Row = {}  # what a row says about the workspace as a whole
        self.numbers: dict[str, int] = {}
        self.known: dict[tuple[str, str], Row] = {}

    def add(self, entity: str, **columns: Any) -> None:
        self.tables.setdefault(entity, []).append(columns)

    def ensure(self, *entities: str) -> None:
        """An entity without rows is empty; one that is not there is unknown."""
        for entity in entities:
            self.tables.setdefault(entity, [])

    def fresh(self, kind: str) -> str:
        """An id nobody has yet."""
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind}{self.numbers[kind]}"

    def once(self, entity: str, key: str, id: Any, **columns: Any) -> str:
        """The row of this id, made when first named. Columns given later are added to it."""
        found = self.known.get((entity, str(id)))
        if found is None:
            self.known[entity, str(id)] = found = {key: str(id)}
            self.tables.setdefault(entity, []).append(found)
        found.update({name: value for name, value in columns.items() if value is not None})
        return str(id)

    def account(self, id: Any = None, **columns: Any) -> str:
        name = str(id) if id is not None else self.fresh("account")
        return self.once("accounts", "account_id", name, name=name, **{**self.tags, **columns})

    def contact(self, account: str | None, id: Any = None, **columns: Any) -> str:
        name = str(id) if id is not None else self.fresh("contact")
        return self.once("contacts", "contact_id", name, account_id=account, name=name, **columns)

    def employee(self, id: Any = None, **columns: Any) -> str:
        name = str(id) if id is not None else self.fresh("employee")
        return self.once("employees", "employee_id", name, name=name, **columns)

    def margin(self, row: Given) -> None:
        """A gross margin among the inputs, as a share or in per cent, is the workspace's."""
        share, percent = row.number(MARGIN), row.number("gross_margin_percent margin_percent gross_margin_pct")
        if share is not None or percent is not None:
            self.facts["gross_margin"] = share if share is not None else (percent or 0) / 100


@dataclass
class Scenario:
    """Rows, the period to ask and how each expected field is read. `options` go to every KPI that takes them."""

    rows: Rows
    main: str | None = None  # the KPI whose value is `value`
    start: datetime = START
    end: datetime = END
    as_of: datetime | None = None  # of the refresh; default the period's end
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    scope: str = "all"
    fields: dict[str, Callable[[Desk], Any]] = field(default_factory=dict)
    kpis: dict[str, str] = field(default_factory=dict)  # definitions of the workspace's own
    label: str | None = None  # of the row of the inputs it was made from
    whole: bool = False  # made from all rows, beside others made from one each


class Desk:
    """Where the questions of one scenario are asked."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        write_workspace(scenario, folder)
        self.workspace = Workspace(folder)
        self.workspace.refresh(as_of=scenario.as_of or scenario.end)
        self.taken: set[str] = set()  # options of the case that some KPI took
        self.period = period_text(scenario.start, scenario.end)
        self.condition: str | None = None

    def knows(self, kpi: str, option: str | None = None) -> bool:
        found = self.workspace.catalog.kpis.get(kpi)
        return found is not None and (option is None or option in found.options)

    def rows(
        self, kpi: str, *, by: str | Sequence[str] = (), grain: str = "total", period: str | None = None, **own: Any
    ) -> list[Row]:
        """The rows of an answer, group rows and total alike."""
        asked = Asked(kpi, self._options(kpi, own))
        found = self.workspace.ask(
            str(asked),
            by=by,
            grain=grain,
            period=period or self.period,
            where=self.condition,
            scope=self.scenario.scope,
        )
        return found.rows()

    def row(self, kpi: str, **own: Any) -> Row:
        """The one row over everything."""
        rows = self.rows(kpi, **own)
        if len(rows) != 1:
            raise AssertionError(f"{kpi} answered {len(rows)} rows where one is asked")
        return rows[0]

    def during(self, period: str) -> Desk:
        """The same desk, asking for another period."""
        desk = copy(self)
        desk.period = period
        return desk

    def where(self, dimension: str, value: str) -> Desk:
        """The same desk, asking for one group alone."""
        desk = copy(self)
        desk.condition = f"{dimension} = '{value}'"
        return desk

    def _options(self, kpi: str, own: Mapping[str, Any]) -> dict[str, Any]:
        if not self.knows(kpi):
            raise NotRunError(f"the catalog has no KPI {kpi}")
        definition = self.workspace.catalog.kpis[kpi]
        for name in own:
            if name not in definition.options:
                raise NotRunError(f"{kpi} has no option {name}")
        chosen: dict[str, Any] = {}
        for name, value in self.scenario.options.items():
            option = definition.options.get(name)
            if option is not None and (not option.values or value in option.values):
                self.taken.add(name)
                chosen[name] = value
        return {name: value for name, value in {**chosen, **own}.items() if value != definition.options[name].default}


def period_text(start: datetime, end: datetime) -> str:
    """A half-open span of days as a question writes it: with both ends."""
    if (start - START) % timedelta(days=1) or (end - START) % timedelta(days=1):
        raise NotRunError(f"a period that is not of whole days: {start} to {end}")
    last = end - timedelta(days=1)
    return f"{start:%Y-%m-%d}..{last:%Y-%m-%d}" if last > start else f"{start:%Y-%m-%d}"


def write_workspace(scenario: Scenario, folder: Path) -> None:
    """Settings, the workspace's own KPIs, and one canonical CSV file per entity."""
    scenario.rows.ensure("accounts", "contacts", "employees")  # every workspace has them
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    settings = {"name": "Golden", "sources": {"files": {"type": "files", "path": "data"}}, **scenario.settings}
    (folder / "accountlens.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    for name, text in scenario.kpis.items():
        (folder / "kpis").mkdir(exist_ok=True)
        (folder / "kpis" / f"{name}.yaml").write_text(text, encoding="utf-8")
    columns = Workspace(folder).catalog.entities
    for entity, rows in scenario.rows.tables.items():
        names = dict.fromkeys([*columns[entity].columns, *(name for row in rows for name in row)])
        with (data / f"{entity}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
