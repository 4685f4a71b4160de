"""Which groups of an answer stand highest, or moved most: found among arrays, before any row is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from accountlens.engine.arrays import Array
from accountlens.engine.fact_figures import Places
from accountlens.engine.series import kpi_course
from accountlens.errors import AccountlensError, suggest

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer


def best(answer: Answer, kpi: str, n: int, by: Literal["value", "change"], lowest: bool) -> Places:
    """The places of the n best groups by a KPI in the last period, best first; equal ones in the answer's order."""
    names = [planned.kpi.name for planned in answer.plan.kpis]
    if kpi not in names:
        raise AccountlensError(f"'{kpi}' was not asked ({', '.join(names)}).", mend=suggest(kpi, names))
    found = _ranked(answer, names.index(kpi), by)
    known = np.flatnonzero(~np.isnan(found) & (answer.frame.level == 0))
    order = found[known] if lowest else -found[known]
    if 0 < n < len(order):  # those beyond the n-th best need no order
        nearest = order <= np.partition(order, n - 1)[n - 1]
        known, order = known[nearest], order[nearest]
    chosen: Places = known[np.argsort(order, kind="stable")[: max(n, 0)]]
    return chosen


def _ranked(answer: Answer, index: int, by: str) -> Array:
    """One number per group."""
    if by == "value":
        return kpi_course(answer, index)[:, -1]
    if by != "change":
        raise AccountlensError(f"'{by}' is nothing to rank by (value, change).", mend=suggest(by, ("value", "change")))
    if answer.plan.query.compare:
        return kpi_course(answer, index, answer.plan.query.compare[0])[:, -1]
    if answer.plan.asked < 2:
        raise AccountlensError(
            "Nothing is known that a change could be told from.", mend="Ask several periods, or compare='previous'."
        )
    value = kpi_course(answer, index)
    found: Array = value[:, -1] - value[:, -2]
    return found
