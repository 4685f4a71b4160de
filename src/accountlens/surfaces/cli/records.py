"""Rows of data as they stand in a table: times on the local clock, numbers right, columns without a value left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet


def record_sheet(columns: Sequence[str], rows: Sequence[Sequence[Any]], time_zone: str, title: str = "") -> Sheet:
    told = [place for place in range(len(columns)) if any(row[place] is not None for row in rows)]
    found = (_column(columns[place], [row[place] for row in rows], time_zone) for place in told)
    return Sheet(tuple(found), title)


def show_value(value: Any, time_zone: str) -> str:
    if value is None:
        return numbers.UNKNOWN
    if isinstance(value, datetime):
        return show_moment(value, time_zone)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and abs(value) >= 100:
        return f"{value:,.2f}".removesuffix(".00")
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _column(name: str, values: Sequence[Any], time_zone: str) -> Column:
    cells = [Text(show_value(value, time_zone), style="dim" if value is None else "") for value in values]
    counted = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)
    return Column(name, cells, right=counted)
