"""Cells of an answer table: numbers with their marks, intervals, changes and the colour of an arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli.grid import Group, Row, Series
from accountlens.surfaces.cli.marks import Marks

TOTAL, ALL = "Total", "all"


@dataclass(frozen=True)
class Look:
    """How the numbers of one table are written."""

    currency: str
    marks: Marks
    bare: bool = False  # the unit stands in the heading
    short: bool = False  # 1.23M
    arrows: str = ""  # the comparison whose direction is shown behind each number


def value(row: Row, series: Series, look: Look, mark_width: int = 0) -> Text:
    """The number, its marks padded to `mark_width`, and the arrow where one is wanted."""
    shown = numbers.show(row.get("value"), series.unit, look.currency, bare=look.bare, short=look.short)
    text = Text(shown, style="dim" if shown == numbers.UNKNOWN else "")
    text.append(look.marks.of(row).ljust(mark_width), "yellow")
    return text.append_text(arrow(row, series, look.arrows)) if look.arrows else text


def values(rows: Sequence[tuple[Row, Series]], look: Look) -> list[Text]:
    """A column of numbers whose digits stand below each other, marks or not."""
    width = max((len(look.marks.of(row)) for row, _ in rows), default=0)
    return [value(row, series, look, width) for row, series in rows]


def interval(row: Row, series: Series) -> Text:
    return Text(numbers.interval(row.get("lower"), row.get("upper"), series.unit), style="dim")


def sample(row: Row) -> Text:
    """How many cases a figure rests on; a count that is its own sample is not told twice."""
    alike = row.get("n") is None or row["n"] == row.get("value")
    return Text("" if alike else numbers.show(row["n"], "count"), style="dim")


def base(row: Row, series: Series, compare: str, look: Look) -> Text:
    return Text(numbers.show(compared(row, compare).get("value"), series.unit, look.currency), style="dim")


def change(row: Row, series: Series, compare: str) -> Text:
    """`▲ +2.1 pp`, green when that is good for this KPI and red when it is not."""
    other = compared(row, compare)
    text = numbers.change(row.get("value"), other.get("value"), other.get("change"), series.unit)
    if text in ("", "="):
        return Text(text or numbers.UNKNOWN, style="dim")
    return Text(f"{_sign(other)} {text}", style=_tone(other, series))


def arrow(row: Row, series: Series, compare: str) -> Text:
    """The direction alone, for tables without room for the change; blanks keep the column straight."""
    other = compared(row, compare)
    return Text(f" {_sign(other)}", style=_tone(other, series)) if _moved(other) else Text("  ")


def compared(row: Row, compare: str) -> dict[str, Any]:
    found: dict[str, Any] = (row.get("compare") or {}).get(compare) or {}
    return found


def _moved(other: dict[str, Any]) -> float | None:
    return numbers.known(other.get("change"))


def _sign(other: dict[str, Any]) -> str:
    return "▲" if other["change"] > 0 else "▼"


def _tone(other: dict[str, Any], series: Series) -> str:
    if series.good not in ("up", "down"):
        return ""
    return "green" if (other["change"] > 0) == (series.good == "up") else "red"


def group(which: Group, place: int) -> Text:
    """The value of one dimension: the readable name first, the id beside it."""
    value, name = which.key[place], which.names[place] if which.names else ""
    if which.is_total:
        return Text(TOTAL if place == 0 else "")
    if value is None:
        return Text(ALL, style="dim")
    if not name or name == value:
        return Text(str(value))
    return Text.assemble(name, " ", (str(value), "dim"))
