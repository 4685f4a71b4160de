"""What changed, as a person reads it: numbers that add up as they are shown."""

from __future__ import annotations

import io
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accountlens.engine.changes import Change, Line
from accountlens.surfaces.cli.changes import apportioned, change_sheet
from accountlens.surfaces.cli.messages import Page
from accountlens.surfaces.cli.sheet import draw

LINES = [Line("call", 0.005, 1.335, 1.334), Line("page_view", 2.225, 0.004, 0.0), Line("chat", 0.0, 0.505, 0.505)]


def figures(lines: list[Line]) -> dict[str, list[float]]:
    out = io.StringIO()
    for part in draw(change_sheet(Change("then", "points", lines), "What changed"), 90):
        Page(out, width=90).print(part)
    rows = [line for line in out.getvalue().splitlines()[2:] if "─" not in line]
    return {row[:12].strip(): [float(text) for text in re.findall(r"[+-]?\d+\.\d\d", row)] for row in rows}


def test_columns_and_rows_add_up_as_they_are_shown() -> None:
    shown = figures([Line(line.name, line.before, line.now) for line in LINES])
    whole = shown.pop("together")
    assert set(shown) == {"call", "page view", "chat"}
    for column in (0, 1):
        assert sum(row[column] for row in shown.values()) == pytest.approx(whole[column])
    assert [round(row[1] - row[0], 2) for row in (*shown.values(), whole)] == pytest.approx(
        [row[2] if len(row) > 2 else 0 for row in (*shown.values(), whole)]
    )


def test_what_did_not_fade_is_not_said_to_have_faded() -> None:
    shown = figures(LINES)
    assert shown["chat"] == [0.00, 0.51, 0.51, 0.51] or shown["chat"] == [0.00, 0.50, 0.50, 0.50]
    assert shown["page view"][1] == shown["page view"][-1] < 0
    assert len(shown["call"]) == len(shown["together"]) - 1, "nothing of the calls faded"


@given(st.lists(st.floats(-1e5, 1e5), max_size=20))
def test_rounded_numbers_add_up_to_the_rounded_sum(values: list[float]) -> None:
    found = apportioned(values, 2)
    assert sum(found) == round(math.fsum(value * 100 for value in values))
    assert all(abs(unit - value * 100) < 1 + 1e-6 for unit, value in zip(found, values, strict=True))
