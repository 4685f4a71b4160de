"""What was reported beside what is known now: every figure that is another by now, and why, where that can be told."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from accountlens.errors import AccountlensError
from accountlens.pages.stand import Stand, stand
from accountlens.reports.content import Figure, Report
from accountlens.reports.grounds import digest, grounds
from accountlens.reports.sentences import plain
from accountlens.workspace.asking import Asking

Why = Literal["definition", "merged", "rows", "settings", "running", "gone"]
WORDS: Mapping[Why, str] = {
    "definition": "Its definition was changed since.",
    "merged": "Accounts were merged or parted since.",
    "rows": "Rows came late or were changed since",
    "settings": "The currency or the time zone of the workspace was changed since.",
    "running": "It was still moving when it was reported.",
    "gone": "It cannot be asked any more",
}


@dataclass(frozen=True)
class Restated:
    """One figure: as reported and as known now, in its unit. `same`: no difference."""

    kpi: str
    label: str
    unit: str
    reported: float | None
    now: float | None
    same: bool
    why: Sequence[Why]
    words: Sequence[str]

    @property
    def change(self) -> float | None:
        return None if self.reported is None or self.now is None else self.now - self.reported


@dataclass(frozen=True)
class KnownNow:
    """`snapshot`: the current one. `kept`: whether the snapshot it was reported from is still there to look into."""

    snapshot: str
    kept: bool
    figures: Sequence[Restated]

    @property
    def restated(self) -> list[Restated]:
        return [one for one in self.figures if not one.same]


def known_now(workspace: Asking, report: Report) -> KnownNow:
    """Every figure of a review asked again, of the same accounts over the same period."""
    mine = workspace.seen_by(frozenset(report.sees)) if report.sees is not None else workspace
    here = stand(mine)
    kept = any(one.id == report.snapshot for one in workspace.store.snapshots())
    then = {one.kpi: one.digest for one in report.definitions}
    redefined = [one for one in report.figures if then.get(one.asked.kpi) != _digest(here, one)]
    now = _asked(here, report.figures)
    again = _asked(stand(mine, report.snapshot), redefined) if kept and redefined else {}
    changed = grounds(here)
    found = [_restated(here, report, one, now, again, changed) for one in report.figures]
    return KnownNow(here.opened.snapshot.id, kept, found)


Answers = Mapping[tuple[str, str | None], Any]  # a row, or why there is none


def _asked(here: Stand, figures: Sequence[Figure]) -> Answers:
    """The rows of today by KPI and filter; those of one period and filter asked together."""
    groups = defaultdict[tuple[str, str | None], list[str]](list)
    for one in figures:
        groups[one.asked.period, one.asked.where].append(one.asked.kpi)
    found: dict[tuple[str, str | None], Any] = {}
    for (period, where), kpis in groups.items():
        try:
            rows = here.ask(kpis, period=period, where=where).rows()
            found |= {(kpi, where): row for kpi, row in zip(kpis, rows, strict=True)}
        except AccountlensError:  # one of them is no longer there: each for itself
            found |= {(kpi, where): _alone(here, kpi, period, where) for kpi in kpis}
    return found


def _alone(here: Stand, kpi: str, period: str, where: str | None) -> Any:
    try:
        return here.ask([kpi], period=period, where=where).rows()[0]
    except AccountlensError as error:
        return error


def _digest(here: Stand, figure: Figure) -> str | None:
    """Of its definition as it is now; None where there is none of that name, or no such option, any more."""
    try:
        return digest(here, figure.asked.kpi)
    except AccountlensError:
        return None


def _restated(
    here: Stand, report: Report, figure: Figure, now: Answers, again: Answers, changed: Mapping[str, Any]
) -> Restated:
    kpi, key = figure.asked.kpi, (figure.asked.kpi, figure.asked.where)
    row = now[key]
    if isinstance(row, AccountlensError):
        words = [f"{WORDS['gone']}: {row.what}"]
        return Restated(kpi, figure.label, figure.unit, figure.value, None, False, ["gone"], words)
    same = alike(figure.value, row["value"])
    why = [] if same else list(_why(here, report, figure, again.get(key), changed))
    words = [f"{WORDS['rows']}{_parts(figure, row)}." if one == "rows" else WORDS[one] for one in why]
    return Restated(kpi, figure.label, figure.unit, figure.value, row["value"], same, why, words)


def _why(here: Stand, report: Report, figure: Figure, again: Any, changed: Mapping[str, Any]) -> Iterator[Why]:
    """The old snapshot asked by today's definitions tells a changed definition from changed rows, while it is kept."""
    then = {one.kpi: one.digest for one in report.definitions}
    redefined = then.get(figure.asked.kpi) != _digest(here, figure)
    if redefined:
        yield "definition"
    if any(report.grounds.get(name) != changed[name] for name in ("currency", "time_zone")):
        yield "settings"
    if report.grounds.get("merges") != changed["merges"]:
        yield "merged"
    if report.partial or "immature_cohort" in figure.flags:
        yield "running"
    told = isinstance(again, dict)
    if not redefined or (told and not alike(again["value"], _current(here, figure))):
        yield "rows"


def _current(here: Stand, figure: Figure) -> float | None:
    value: float | None = _alone(here, figure.asked.kpi, figure.asked.period, figure.asked.where)["value"]
    return value


def _parts(figure: Figure, row: Mapping[str, Any]) -> str:
    """The measures that are others by now."""
    both = ((name, then, row["parts"].get(name)) for name, then in figure.parts.items())
    told = [f"{name.rpartition('.')[2].replace('_', ' ')} {plain(now)} (then {plain(then)})"
            for name, then, now in both if then is not None and now is not None and not alike(then, now)]  # fmt: skip
    return f": {', '.join(told[:4])}" if told else ""


def alike(one: float | None, other: float | None) -> bool:
    """Equal but for the last digits of adding up in another order."""
    return one is other if one is None or other is None else math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
