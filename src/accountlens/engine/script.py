"""A question as SQL in steps: one statement to read or to run elsewhere, or table after table where it is wide.

The cost of planning one statement grows faster than its width; a wide question is cheaper in stages (measured in
`docs/benchmarks.md`). Both ways hold the same SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

WIDE = 6  # branches from which on stages are cheaper than one statement


@dataclass(frozen=True)
class Step:
    """A table on the way. `stored`: made once and kept, because it is dear or read again."""

    name: str
    sql: str
    stored: bool = False


@dataclass(frozen=True)
class Script:
    steps: tuple[Step, ...]
    final: str
    width: int  # branches

    def map(self, write: Callable[[str], str]) -> Script:
        """The same script with every text rewritten."""
        steps = tuple(replace(step, sql=write(step.sql)) for step in self.steps)
        return Script(steps, write(self.final), self.width)

    def statement(self) -> str:
        """The whole as one SELECT."""
        written = ",\n".join(
            f"{step.name} AS {'MATERIALIZED ' if step.stored else ''}(\n{step.sql}\n)" for step in self.steps
        )
        return f"WITH {written}\n{self.final}"

    def statements(self) -> Iterator[str]:
        """What to run, one after the other; the last one gives the rows."""
        if self.width < WIDE:
            yield self.statement()
            return
        drops = self._drops()
        for place, step in enumerate(self.steps):
            yield f"CREATE TEMP {'TABLE' if step.stored else 'VIEW'} {step.name} AS\n{step.sql}"
            yield from (f"DROP TABLE {name}" for name in drops.get(place, ()))
        yield self.final

    def _drops(self) -> dict[int, list[str]]:
        """Stored tables by the step after which nobody reads them: what is large goes early."""
        texts = [*(step.sql for step in self.steps), self.final]
        last = {place: place for place in range(len(texts))}
        for place in reversed(range(len(self.steps))):
            name = re.compile(rf"\b{self.steps[place].name}\b")
            readers = [reader for reader in range(place + 1, len(texts)) if name.search(texts[reader])]
            views = [reader for reader in readers if reader < len(self.steps) and not self.steps[reader].stored]
            last[place] = max([place, *readers, *(last[view] for view in views)])
        found: dict[int, list[str]] = {}
        for place, step in enumerate(self.steps):
            if step.stored and last[place] < len(self.steps):
                found.setdefault(last[place], []).append(step.name)
        return found
