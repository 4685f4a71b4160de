"""Questions as tables to be sent: the accounts as somebody arranged them, KPIs by group and period."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from accountlens.boards.asked import CHANGE, COURSE, OfAccounts, OfKpis
from accountlens.delivery.sheet import Sheet
from accountlens.engine.exports import csv_bytes
from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.pages.account_filters import parse_bound
from accountlens.pages.accounts import AccountsTable, Wanted, accounts_table
from accountlens.pages.stand import stand
from accountlens.pages.usual_columns import usual_columns
from accountlens.workspace.asking import Asking

NAME = "name"


def sheet_of(workspace: Asking, asked: OfAccounts | OfKpis) -> Sheet:
    return accounts_sheet(workspace, asked) if isinstance(asked, OfAccounts) else kpis_sheet(workspace, asked)


def accounts_sheet(workspace: Asking, asked: OfAccounts) -> Sheet:
    """Its columns as the page has them, but for courses, which are pictures."""
    opened = stand(workspace).opened
    table = accounts_table(workspace, opened)
    keys = asked.keys or tuple(usual_columns(opened))
    there, gone = _parted(keys, asked, table)
    shown = [key for key in there if not key.endswith(COURSE)]
    told = table.page(wanted(asked, shown, gone), 0, max(len(table.ids), 1))
    known = {column["column"]: column for column in told["columns"]}
    columns = [_column(key, known[_bare(key)], opened.house.currency) for key in shown]
    titles = ["Account", *(title for title, _, _, _ in columns)]
    rows = list(zip(map(_text, told["name"]), *(texts for _, _, texts, _ in columns), strict=True))
    whole = zip(told["account_id"], told["name"], *(cells for _, _, _, cells in columns), strict=True)
    right = frozenset(at for at, (_, number, _, _) in enumerate(columns, start=1) if number)
    return Sheet(titles, right, rows, csv_bytes(["Account id", *titles], whole), gone)


def kpis_sheet(workspace: Asking, asked: OfKpis) -> Sheet:
    """A line for each KPI, group and period."""
    catalog = stand(workspace).opened.catalog
    gone = [str(one) for one in asked.query.kpis if one.name not in catalog.kpis]
    there = tuple(one for one in asked.query.kpis if one.name in catalog.kpis)
    if not there:
        raise AccountlensError(f"{', '.join(gone) or 'What it asks'} is not in the catalog any more.")
    answer = workspace.answer(replace(asked.query, kpis=there))
    if asked.top:
        answer = answer.top(str(there[0]), asked.top, lowest=asked.lowest)
    labels = {one.name: one.label for one in answer.kpis}
    titles = ["KPI", *map(_title, asked.query.by), "Period", "Value", *(["Change"] if asked.query.compare else [])]
    rows = [_line(row, labels[row["kpi"]], asked.query, answer.currency) for row in answer.rows()]
    file = io.StringIO()
    answer.to_csv(file)
    ends = frozenset(range(2 + len(asked.query.by), len(titles)))
    return Sheet(titles, ends, rows, file.getvalue().encode(), gone)


def _parted(keys: Sequence[str], asked: OfAccounts, table: AccountsTable) -> tuple[list[str], list[str]]:
    """Columns there are, and what columns, bounds and the order name that is not there any more."""
    bounds = [parse_bound(bound).column for bound in asked.having]
    named = dict.fromkeys([*map(_bare, keys), *map(_bare, bounds), _bare(asked.sort)])
    gone = [name for name in named if name not in table.attributes and parse_asked(name).name not in table.catalog.kpis]
    return [key for key in keys if _bare(key) not in gone and key != NAME], gone


def wanted(asked: OfAccounts, shown: Sequence[str], gone: Sequence[str] = ()) -> Wanted:
    """What the table is asked for: the period before only where a column, the order or a bound needs it."""
    having = tuple(bound for bound in asked.having if _bare(parse_bound(bound).column) not in gone)
    sort = asked.sort if _bare(asked.sort) not in gone else NAME
    changes = any(CHANGE in word for word in (*shown, *having, sort))
    columns = tuple(dict.fromkeys(map(_bare, shown)))
    return Wanted(columns, sort, asked.search, asked.where, having, asked.period, asked.compare if changes else None,
                  0, asked.stages, asked.lists)  # fmt: skip


def _bare(key: str) -> str:
    """What a column or an order is of: `-mrr.change` of `mrr`."""
    return key.removeprefix("-").removesuffix(CHANGE).removesuffix(COURSE)


def _column(key: str, told: Mapping[str, Any], currency: str) -> tuple[str, bool, list[str], list[Any]]:
    """Its title, whether it is of numbers, its cells as they are read, and as they are."""
    if told["kind"] == "attribute":
        names = told.get("names", {})
        cells = [names.get(one, one) for one in told["values"]]
        return _title(key), False, list(map(_text, cells)), cells
    unit = told["unit"]
    if not key.endswith(CHANGE):
        return told["label"], True, [numbers.show(one, unit, currency) for one in told["values"]], told["values"]
    moved = zip(told["values"], told["then"], told["change"], strict=True)
    return f"{told['label']}, change", True, [numbers.change(*one, unit) for one in moved], told["change"]


def _line(row: Mapping[str, Any], label: str, query: Query, currency: str) -> list[str]:
    unit, names = row["unit"], row.get("names") or {}
    groups = [_text(names.get(name, row["by"].get(name)), "All") for name in query.by]
    told = [label, *groups, _span(row), numbers.show(row["value"], unit, currency)]
    for compared in query.compare[:1]:
        beside = row["compare"][compared]
        told.append(numbers.change(row["value"], beside["value"], beside["change"], unit))
    return told


def _span(row: Mapping[str, Any]) -> str:
    """`2026-07-01 to 2026-09-30`: its first day and its last one."""
    first, after = (date.fromisoformat(str(row[key])) for key in ("period_start", "period_end"))
    return f"{first} to {after - timedelta(days=1)}"


def _title(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _text(cell: Any, unknown: str = "–") -> str:
    return unknown if cell is None else str(cell)
