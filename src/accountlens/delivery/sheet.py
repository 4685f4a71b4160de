"""A table as it is sent: the first rows to be read in the mail, all of them as CSV beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from accountlens.language.numbers import count

SHOWN = 50  # rows in the mail itself
_LEFT = "text-align:left;padding:.4em .8em .4em 0;border-bottom:1px solid #d0d0d0;vertical-align:top"
_RIGHT = _LEFT.replace("left", "right", 1)
_WHOLE = ";white-space:nowrap"  # a figure with its unit


@dataclass(frozen=True)
class Sheet:
    """`rows` as they are read, a text for each of `titles`; `numbers`: which columns stand at the right."""

    titles: Sequence[str]
    numbers: frozenset[int]
    rows: Sequence[Sequence[str]]
    csv: bytes
    left_out: Sequence[str] = ()  # what of the question cannot be asked any more, and is not in it

    @property
    def more(self) -> str:
        """What is not shown in the mail; empty: nothing."""
        beyond = len(self.rows) - SHOWN
        return f"{count(beyond, 'more row')} in the file." if beyond > 0 else ""

    def text(self) -> str:
        lines = [" · ".join(self.titles), *(" · ".join(row) for row in self.rows[:SHOWN])]
        return "\n".join([*lines, self.more] if self.more else lines)

    def html(self) -> str:
        head = "".join(
            f'<th scope="col" style="{self._look(at)}">{escape(title)}</th>' for at, title in enumerate(self.titles)
        )
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows[:SHOWN])
        inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        table = f'<table style="border-collapse:collapse;width:100%">{inner}</table>'
        return f'<div style="overflow-x:auto">{table}</div>' + (f"<p>{escape(self.more)}</p>" if self.more else "")

    def _cells(self, row: Sequence[str]) -> str:
        looks = [self._look(at) + (_WHOLE if at in self.numbers else "") for at in range(len(row))]
        return "".join(f'<td style="{look}">{escape(cell)}</td>' for look, cell in zip(looks, row, strict=True))

    def _look(self, at: int) -> str:
        return _RIGHT if at in self.numbers else _LEFT
