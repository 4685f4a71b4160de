"""Plain data out of a file, with the line of every key, so that each problem can name its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accountlens.errors import Problem

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """`data` as read; `lines[path]` is the 1-based line of the key or item at that path."""

    file: str
    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """The line of the deepest part of the path that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def below(self, path: Path_, data: Any) -> Document:
        """The part at a path as a document of its own, with `data` in its place and the lines of the whole."""
        lines = {key[len(path) :]: line for key, line in self.lines.items() if key[: len(path)] == path}
        return Document(self.file, data, {(): self.line(path), **lines})

    def problem(self, path: Path_, what: str, mend: str = "", severity: str = "error") -> Problem:
        return Problem(self.file, self.line(path), what, mend, severity)
