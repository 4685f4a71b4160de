"""Run an example in a folder of its own, ask it, and set its answers against figures counted from the raw files.

Nothing here reads a mapping or a measure: the other side of every comparison is plain pandas in the test itself.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from accountlens.refresh import RefreshReport
from accountlens.workspace import Workspace

CHECKOUT = Path(__file__).resolve().parents[2]
DATA = CHECKOUT.parent / "shared" / "data"
UNMATCHED = "(unmatched)"

Figures = dict[tuple[str, str | None], float | None]  # (period, group) → value; group None is the total
Measure = Callable[[pd.DataFrame, pd.Timestamp, pd.Timestamp], float | None]


@dataclass(frozen=True)
class Example:
    """An example workspace, refreshed once."""

    workspace: Workspace
    report: RefreshReport
    data: Path

    def ask(
        self, *kpis: str, by: str = "", period: str, grain: str = "total", part: str | None = None
    ) -> dict[str, Figures]:
        """By KPI, the value (or a part of it) of every period and group, and of the total."""
        answer = self.workspace.ask(*kpis, by=[by] if by else [], period=period, grain=grain)
        found: dict[str, Figures] = {kpi: {} for kpi in kpis}
        for row in answer.rows():
            group = row["by"][by] if by else None
            place = row["period"], group
            assert place not in found[row["kpi"]], f"{row['kpi']} says {place} twice"
            found[row["kpi"]][place] = row["parts"][part] if part else row["value"]
        return found


def run_example(name: str, data: str, as_of: datetime, folder: Path, own: Mapping[str, str] | None = None) -> Example:
    """A copy of the example, reading the data where it stands; `own` are KPIs a user of it might add."""
    source = DATA / data
    if not source.is_dir():
        pytest.skip(f"the data of this example is not here: {source}")
    copy = folder / name
    shutil.copytree(CHECKOUT / "examples" / name, copy, ignore=shutil.ignore_patterns("store"))
    settings = copy / "accountlens.yaml"
    told = settings.read_text(encoding="utf-8")
    relative = f"../../../shared/data/{data}"
    assert relative in told, "the example reads its data from elsewhere now"
    settings.write_text(told.replace(relative, source.as_posix()), encoding="utf-8")
    for kpi, text in (own or {}).items():
        (copy / "kpis").mkdir(exist_ok=True)
        (copy / "kpis" / f"{kpi}.yaml").write_text(text, encoding="utf-8")
    workspace = Workspace(copy)
    return Example(workspace, workspace.refresh(as_of=as_of), source)


def spans(first: str, last: str, freq: str) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """Months or quarters by the name answers give them, each with its start and the start of the next."""
    return {
        f"{p.year}-Q{p.quarter}" if freq == "Q" else f"{p.year}-{p.month:02}": (p.start_time, (p + 1).start_time)
        for p in pd.period_range(first, last, freq=freq)
    }


def figures(
    rows: pd.DataFrame,
    group: str | None,
    periods: Mapping[str, tuple[pd.Timestamp, pd.Timestamp]],
    measure: Measure,
) -> Figures:
    """The measure for the whole and for every group, over each period."""
    parts: list[tuple[str | None, pd.DataFrame]] = [(None, rows)]
    if group is not None:
        parts += [(str(name), part) for name, part in rows.groupby(group)]
    return {(label, name): measure(part, start, end) for name, part in parts for label, (start, end) in periods.items()}


def assert_agree(answered: Figures, counted: Figures, what: str) -> None:
    """Every figure is the same. A group without rows in a period may be left out, or said to be 0 or unknown."""
    wrong = [
        f"{place}: answered {answered.get(place, 'nothing')}, counted {counted.get(place, 'nothing')}"
        for place in sorted(answered.keys() | counted.keys(), key=str)
        if not _same(answered, counted, place)
    ]
    assert not wrong, f"{what}: {len(wrong)} of {len(counted)} differ\n" + "\n".join(wrong[:20])


def assert_all_agree(answered: Mapping[str, Figures], counted: Mapping[str, Figures], what: str) -> None:
    assert answered.keys() == counted.keys()
    for kpi, found in answered.items():
        assert_agree(found, counted[kpi], f"{kpi} {what}")


def groups_of(found: Iterable[tuple[str, str | None]]) -> set[str | None]:
    return {group for _, group in found}


def ratio(a: float, b: float) -> float | None:
    return a / b if b else None


def _same(answered: Figures, counted: Figures, place: tuple[str, str | None]) -> bool:
    if place not in answered or place not in counted:
        return (answered.get(place) or counted.get(place) or 0) == 0
    left, right = answered[place], counted[place]
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-6)
