"""What KPIs said of each account at past month ends, as far as it was knowable then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from accountlens.catalog.catalog import Catalog
from accountlens.engine.answer import Answer
from accountlens.engine.dimensions import find_dimension
from accountlens.engine.formula_sql import FormulaWriter
from accountlens.engine.plan import PlannedKpi
from accountlens.engine.run import ask
from accountlens.engine.series import kpi_series
from accountlens.engine.session import Session
from accountlens.language.asked import Asked
from accountlens.language.periods import add_months
from accountlens.language.query import Query
from accountlens.models.arrays import FloatArray
from accountlens.open_snapshot import OpenSnapshot
from accountlens.warehouses.expand import expand

BY = "account_id"
VALUES = Query((), (BY,), grain="month", as_of="end", totals="none", only_values=True)
MOST_CELLS = 20_000_000  # asked at once: a figure of a KPI by account and month takes some 50 bytes


def of_accounts(catalog: Catalog, asked: Asked) -> bool:
    """Whether a KPI can be told account by account."""
    facts = {measure.fact for measure in catalog.kpi(asked).measures.values()}
    return all(find_dimension(catalog, catalog.facts[fact], BY) for fact in facts)


def lacking(opened: OpenSnapshot, asked: Asked) -> str:
    """The entities and columns without which a KPI is unknown here, in words; empty where it is known."""
    return ", ".join(" or ".join(some) for some in opened.untold.of_kpi(opened.catalog.kpi(asked)))


def values(
    opened: OpenSnapshot, kpis: Sequence[Asked], accounts: Sequence[str], months: Sequence[date]
) -> Iterator[tuple[Asked, FloatArray]]:
    """Each KPI of each month that ends before one of these days, (accounts, months); unknown is NaN.

    `as_of="end"` asks each month at its own end: what happened later is not seen. An account without any row in all
    these months has what the KPI says of nothing: 0 of counts and sums, else unknown. That it had rows later, or never,
    would tell too much.
    """
    place = {account: number for number, account in enumerate(accounts)}
    at_once = max(1, MOST_CELLS // max(1, len(accounts) * len(months)))
    period = f"{add_months(months[0], -1):%Y-%m}..{add_months(months[-1], -1):%Y-%m}"
    for start in range(0, len(kpis), at_once):
        some = tuple(kpis[start : start + at_once])
        query = replace(VALUES, kpis=some, period=period, snapshot=opened.snapshot.id)
        answer = ask(query, opened.ground(query), opened.session, opened.backdrop)
        for index, asked in enumerate(some):
            yield asked, _matrix(answer, index, place, of_nothing(answer.plan.kpis[index], opened.session))


def _matrix(answer: Answer, index: int, place: Mapping[str, int], nothing: float) -> FloatArray:
    series, ids = kpi_series(answer, index), answer.frame.dims[0].shown().tolist()
    found = np.full((len(place), series.value.shape[1]), nothing)
    rows = [row for row, account in enumerate(ids) if account in place and series.here[row]]
    found[[place[ids[row]] for row in rows]] = series.value[rows]
    return found


def of_nothing(planned: PlannedKpi, session: Session) -> float:
    """What a KPI is where none of its measures has a row."""

    def cell(name: str) -> str:
        if name not in planned.cells:
            return "1e0"  # of the period itself, such as its days
        known = planned.cells[name].value is not None and planned.cells[name].empty_is_zero
        return "0e0" if known else "CAST(NULL AS DOUBLE)"

    sql = f"SELECT {FormulaWriter(cell)(planned.kpi.formula)}"
    ((value,),) = session.fetch(expand(sql, zone=session.zone)).fetchall()
    return np.nan if value is None else float(value)
