"""Golden cases as they stand in a file: inputs, options, and what must come out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.golden.words import Given, NotRunError, instant, plain, split


@dataclass
class Case:
    """One golden case. `options` are what it asks beyond the defaults, until an adapter takes them into its own words."""

    id: str
    kpi: str
    expected: Mapping[str, Any]
    tolerance: float
    kind: str
    options: dict[str, Any]
    inputs: Given
    period: tuple[Any, Any] | None = None  # naive UTC instants, half-open
    as_of: Any = None
    groups: list[list[Given]] = field(default_factory=list)  # every group of rows that an adapter took

    def group(self, *names: str) -> list[Given]:
        """The rows of the first input of these names; a single row and a list of bare values are rows too."""
        found = self.inputs.take(*names)
        if found is None:
            return []
        listed = [found] if isinstance(found, Mapping) else found
        rows = [Given(row if isinstance(row, Mapping) else {"value": row}) for row in listed]
        self.groups.append(rows)
        return rows

    def need(self, *names: str) -> list[Given]:
        """The rows of an input that must be there."""
        if found := self.group(*names):
            return found
        raise NotRunError(f"no adapter of {self.kpi} knows the inputs {', '.join(self.inputs) or '(none)'}")

    def has(self, *names: str) -> bool:
        return self.inputs.has(*names)

    def option(self, *names: str, default: Any = None) -> Any:
        """Take an option out of the case: the adapter has put it into the engine's words, or into the rows."""
        for name in split(*names):
            if name in self.options:
                return self.options.pop(name)
        return default

    def lists(self) -> bool:
        """Whether a list is expected: one answer for each row of the inputs."""
        return any(isinstance(value, list) for value in self.expected.values())

    def scalars(self) -> bool:
        """Whether a single answer is expected for all rows together."""
        return any(not isinstance(value, list | dict) for value in self.expected.values())


def read_case(data: Mapping[str, Any]) -> Case:
    """A case from its JSON. Cuts the tolerance to its absolute number."""
    tolerance = data.get("tolerance", 1e-9)
    period = data.get("period") or data.get("inputs", {}).get("period")
    inputs = {name: value for name, value in data.get("inputs", {}).items() if name not in ("period", "as_of")}
    return Case(
        id=data["id"],
        kpi=data["kpi"],
        expected=data["expected"],
        tolerance=float(tolerance["abs"] if isinstance(tolerance, Mapping) else tolerance),
        kind=data.get("kind", ""),
        options=dict(data.get("options", {})),
        inputs=Given(inputs),
        period=span(period),
        as_of=instant(data.get("as_of") or data.get("inputs", {}).get("as_of")),
    )


def span(period: Any) -> tuple[Any, Any] | None:
    """`["2024-01-01", "2024-02-01"]`, `{"start": …, "end": …}` or `"2024-01"`, half-open."""
    if period is None:
        return None
    if isinstance(period, Mapping):
        period = [period["start"], period["end"]]
    if isinstance(period, str):
        return plain(period)
    start, end = map(instant, period)
    if start is None or end is None:
        raise NotRunError(f"the period {period!r} has an open end")
    return start, end


def load(folder: Path) -> Iterator[dict[str, Any]]:
    """Every case of every JSON file of a folder, as it stands there."""
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        yield from data.get("cases", []) if isinstance(data, dict) else data


def differences(expected: Any, found: Any, tolerance: float, place: str = "") -> Iterator[str]:
    """Where an answer is not what it must be. Only what is expected is compared; unknown equals unknown only."""
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            if not isinstance(found, Mapping) or key not in found:
                yield f"{place}[{key}]: expected {value!r}, found nothing of that name in {found!r}"
            else:
                yield from differences(value, found[key], tolerance, f"{place}[{key}]")
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        if not isinstance(found, Sequence) or isinstance(found, str) or len(found) != len(expected):
            yield f"{place}: expected {expected!r}, found {found!r}"
        else:
            for index, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(one, other, tolerance, f"{place}[{index}]")
    elif not same(expected, found, tolerance):
        yield f"{place}: expected {expected!r}, found {found!r}"


def same(expected: Any, found: Any, tolerance: float) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    numbers = isinstance(expected, int | float) and isinstance(found, int | float)
    return abs(expected - found) <= tolerance if numbers else bool(expected == found)
