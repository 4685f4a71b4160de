"""A table before it is drawn: columns of text with known widths, so that a shape can be chosen that fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from rich.box import Box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

GAP = 2  # spaces between columns
ENOUGH = 24  # a text column may be cut down to this to save a column of numbers
NARROWEST = 8  # and to this where nothing else helps
SHORT_HEAD = 12  # a heading up to this stays on one line
RULES = Box("    \n    \n ── \n    \n ── \n ── \n    \n    \n")  # a rule below the head and between parts


@dataclass(frozen=True)
class Column:
    """A heading and its cells. Numbers stand right; long texts are cut where room is missing."""

    head: str
    cells: Sequence[Text]
    right: bool = True
    wrap: bool = False  # what does not fit goes to the next line instead of being cut

    @property
    def head_lines(self) -> list[str]:
        """The heading, broken where it is much wider than what stands below it."""
        words = max(map(len, self.head.split()), default=0)
        return wrap(self.head, max(words, self._cells_width, SHORT_HEAD)) or [""]

    @property
    def width(self) -> int:
        return max(self._cells_width, *map(len, self.head_lines), 1)

    @property
    def _cells_width(self) -> int:
        return max((cell.cell_len for cell in self.cells), default=0)

    @property
    def least(self) -> int:
        return self.width if self.right else min(self.width, ENOUGH)


@dataclass(frozen=True)
class Sheet:
    """Columns of equal length. A rule follows each row of `rules`; rows of `bold` are totals."""

    columns: tuple[Column, ...]
    title: str = ""
    rules: frozenset[int] = frozenset()
    bold: frozenset[int] = frozenset()

    def fits(self, width: int) -> bool:
        return _across([column.least for column in self.columns]) <= width


def draw(sheet: Sheet, width: int) -> Iterator[RenderableType]:
    """Title and table, no wider than `width`."""
    if sheet.title:
        yield Text(sheet.title, style="bold", no_wrap=True, overflow="ellipsis")
    table = Table(
        box=RULES,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
        header_style="dim",
        border_style="dim",
        show_header=any(column.head for column in sheet.columns),
    )
    vertical: Literal["top", "bottom"] = "top" if any(column.wrap for column in sheet.columns) else "bottom"
    for column, room in zip(sheet.columns, _rooms(sheet, width), strict=True):
        justify: Literal["left", "right"] = "right" if column.right else "left"
        head = "\n".join(column.head_lines)
        overflow: Literal["fold", "ellipsis"] = "fold" if column.wrap else "ellipsis"
        table.add_column(
            head, justify=justify, vertical=vertical, no_wrap=not column.wrap, overflow=overflow, width=room
        )
    for index, row in enumerate(zip(*(column.cells for column in sheet.columns), strict=True)):
        table.add_row(*row, style="bold" if index in sheet.bold else None, end_section=index in sheet.rules)
    yield table


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _rooms(sheet: Sheet, width: int) -> list[int]:
    """Width of each column; what is missing is taken from texts that wrap, then from the widest ones."""
    rooms = [column.width for column in sheet.columns]
    while _across(rooms) > width:
        cuttable = [i for i, one in enumerate(sheet.columns) if not one.right and rooms[i] > NARROWEST]
        if not cuttable:
            break
        rooms[max(cuttable, key=lambda i: (sheet.columns[i].wrap and rooms[i] > ENOUGH, rooms[i]))] -= 1
    return rooms


def texts(values: Sequence[str], style: str = "") -> list[Text]:
    return [Text(value, style=style) for value in values]
