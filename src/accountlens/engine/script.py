"""A question as SQL in steps: one statement to read or to run elsewhere, or table after table where it is wide.

The cost of planning one statement grows faster than its width; a wide question is cheaper in stages (measured in
`docs/benchmarks.md`). Both ways hold the same SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

WIDE = 12  # steps from which on stages are cheaper than one statement


@dataclass(frozen=True)
class Step:
    """A table on the way. `stored`: made once and kept, because it is dear or read again; `spent` are read no more."""

    name: str
    sql: str
    stored: bool = False
    spent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    steps: tuple[Step, ...]
    final: str
    held: Mapping[str, str] = field(default_factory=dict)  # figure → the column of the result that holds it

    def map(self, write: Callable[[str], str]) -> Script:
        """The same script with every text rewritten."""
        steps = tuple(replace(step, sql=write(step.sql)) for step in self.steps)
        return replace(self, steps=steps, final=write(self.final))

    def places(self, columns: Sequence[str]) -> dict[str, int]:
        """Where every figure and key stands in the rows of a result with these columns."""
        found = {name: place for place, name in enumerate(columns)}
        return found | {name: found[column] for name, column in self.held.items()}

    def statement(self) -> str:
        """The whole as one SELECT."""
        written = ",\n".join(
            f"{step.name} AS {'MATERIALIZED ' if step.stored else ''}(\n{step.sql}\n)" for step in self.steps
        )
        return f"WITH {written}\n{self.final}"

    def statements(self) -> Iterator[str]:
        """What to run, one after the other; the last one gives the rows."""
        if len(self.steps) < WIDE:
            yield self.statement()
            return
        for step in self.steps:
            yield f"CREATE TEMP {'TABLE' if step.stored else 'VIEW'} {step.name} AS\n{step.sql}"
            yield from (f"DROP TABLE {name}" for name in step.spent)
        yield self.final
