"""What changed, as a table whose rounded numbers add up, in every column and in every row."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text

from accountlens.engine.changes import Change, Line
from accountlens.surfaces.cli.sheet import Column, Sheet, texts

DIGITS = 2  # behind the point, where it is no count
TOTAL = "together"


def change_sheet(change: Change, title: str) -> Sheet:
    """Component, before, now and the change; between them what faded and what came in, where that is known."""
    digits = 0 if change.unit == "count" else DIGITS
    before = apportioned([line.before for line in change.lines], digits)
    now = apportioned([line.now for line in change.lines], digits)
    moved = [after - base for base, after in zip(before, now, strict=True)]
    columns = {"before": before, "now": now, "change": moved}
    if all(line.came is not None for line in change.lines):
        faded = [_faded(line, step, digits) for line, step in zip(change.lines, moved, strict=True)]
        came = [step - lost for step, lost in zip(moved, faded, strict=True)]
        columns = {"before": before, "faded": faded, "came in": came, "now": now, "change": moved}
    names = [*(line.name.replace("_", " ") for line in change.lines), TOTAL]
    found = [Column("component", texts(names), right=False)]
    found += [Column(head, _cells(head, [*cells, sum(cells)], digits)) for head, cells in columns.items()]
    return Sheet(tuple(found), title, rules=frozenset({len(names) - 2}), bold=frozenset({len(names) - 1}))


def apportioned(values: Sequence[float], digits: int) -> list[int]:
    """Values in units of the last digit, rounded so that they add up to their rounded sum (largest remainders)."""
    unit = 10**digits
    exact = [value * unit for value in values]
    found = [math.floor(value) for value in exact]
    short = round(math.fsum(exact)) - sum(found)
    order = sorted(range(len(exact)), key=lambda place: found[place] - exact[place])
    for place in order[:short]:
        found[place] += 1
    return found


def _faded(line: Line, moved: int, digits: int) -> int:
    """What is less of it without what came in, such that nothing stays nothing and the row adds up."""
    came, unit = line.came or 0.0, 10**digits
    return moved if round(came * unit) == 0 else round((line.change - came) * unit)


def _cells(head: str, units: Sequence[int], digits: int) -> list[Text]:
    sign = "" if head in ("before", "now") else "+"
    return [Text("" if not unit and sign else f"{unit / 10**digits:{sign},.{digits}f}") for unit in units]
