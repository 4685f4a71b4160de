"""The dashboard of a goal: each KPI that has its data as a number and as a line, the leading ones above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from accountlens.boards.templates import Piece, fitted
from accountlens.boards.tiles import COLUMNS, Layout, Narrowing
from accountlens.catalog.goals import Goal, Role
from accountlens.choosing.goals import computed, period_of
from accountlens.pages.stand import Stand
from accountlens.reports.spans import GRAINS

ABREAST = 4  # numbers beside each other
NUMBER_ROWS, LINE_ROWS, TEXT_ROWS = 4, 6, 2
COURSES: Mapping[str, str] = {  # what a line shows, by the grain of the goal's review
    "week": "last-13-weeks", "month": "last-12-months", "quarter": "last-8-quarters", "year": "last-5-years",
}  # fmt: skip
SAYS: Mapping[Role, tuple[str, str]] = {
    "leading": ("Leading", "What moves first: act on these."),
    "lagging": ("Lagging", "What came of it: these tell whether it worked."),
}


def layout_of(here: Stand, goal: Goal) -> Layout:
    """What cannot be computed is left out."""
    narrowing = Narrowing(period=period_of(here, goal), compare=["previous", "year-ago"])
    known = computed(here, goal)
    halves = {role: [kpi for kpi in its if kpi in known] for role, its in goal.halves.items()}
    pieces = [piece for role, kpis in halves.items() if kpis for piece in _half(goal, role, kpis)]
    layout, _ = fitted(goal.label, narrowing, pieces, here.opened, here.missing)
    return layout.model_copy(update={"goal": goal.name})


def course_of(goal: Goal) -> dict[str, str]:
    """The way up to now that a line shows, in the words of a question."""
    grain = GRAINS[goal.review]
    return {"period": COURSES[grain], "grain": grain}


def _half(goal: Goal, role: Role, kpis: Sequence[str]) -> Iterator[Piece]:
    title, text = SAYS[role]
    yield Piece(kind="text", size=(COLUMNS, TEXT_ROWS), title=title, text=text)
    course = course_of(goal)
    for start in range(0, len(kpis), ABREAST):
        row = kpis[start : start + ABREAST]
        wide = COLUMNS // len(row)
        yield from (Piece(kind="number", size=(wide, NUMBER_ROWS), kpis=[kpi]) for kpi in row)
        yield from (_line(kpi, wide, course) for kpi in row)


def _line(kpi: str, wide: int, course: Mapping[str, str]) -> Piece:
    period, grain = course["period"], course["grain"]
    return Piece(kind="line", size=(wide, LINE_ROWS), kpis=[kpi], period=period, grain=grain, compare=[])
