"""What customers' goals promise beside what they turn out to be, and what the gap points to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from accountlens.engine.run import ask
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot

LEADING, LAGGING = "outcomes_on_track", "customer_outcomes"
PERIOD = "last-4-quarters"


@dataclass(frozen=True)
class Diagnosis:
    """`leading`: open goals on track at the period's end; `lagging`: goals due in it that were reached in time.

    `gap` is the difference, with Newcombe's interval (1998, Statistics in Medicine 17, method 10) of two shares.
    """

    period: str
    leading: float | None
    lagging: float | None
    open: int
    due: int
    gap: float | None
    low: float | None
    high: float | None
    says: str


def diagnosis(opened: OpenSnapshot) -> Diagnosis | None:
    """Of the last four quarters; None where no goals are kept."""
    if "goals" not in opened.available or not {LEADING, LAGGING} <= set(opened.catalog.kpis):
        return None
    query = Query((Asked(LEADING), Asked(LAGGING)), period=PERIOD, as_of="end", snapshot=opened.snapshot.id)
    on_track, reached = ask(query, opened.ground(query), opened.session, opened.backdrop).rows()
    lead, lag = on_track["value"], reached["value"]
    counts = int(on_track["n"] or 0), int(reached["n"] or 0)
    if lead is None or lag is None:
        return Diagnosis(PERIOD, lead, lag, *counts, None, None, None, "Unknown: no goal is open, or none was due.")
    gap = lead - lag
    low = gap - math.hypot(lead - on_track["lower"], reached["upper"] - lag)
    high = gap + math.hypot(on_track["upper"] - lead, lag - reached["lower"])
    return Diagnosis(PERIOD, lead, lag, *counts, gap, low, high, _says(low, high))


def _says(low: float, high: float) -> str:
    if low > 0:
        return ("Goals look better on their way than they end: look at how progress is measured, and at what happens "
                "close to the due day.")  # fmt: skip
    if high < 0:
        return ("Goals end better than they look on their way: progress is told late or too low, so goals said to be "
                "behind are no early warning.")  # fmt: skip
    return "Goals end about as well as they look on their way."
