"""The engine against the oracle: every KPI, by month and tier and in total, for random messy companies."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests import oracle as package
from tests.engine.messy import AS_OF, catalog
from tests.laws.books import Books
from tests.oracle.company import company
from tests.oracle.ground import ORACLES, Cells, Ground, Period, differences

from accountlens.language.asked import parse_asked

for module in pkgutil.iter_modules(package.__path__):
    if not module.name.startswith("test_"):
        importlib.import_module(f"tests.oracle.{module.name}")

FIRST, MONTHS = date(2023, 10, 1), 8  # the present is the first of June, UTC: in New York, May is not over
COMPANIES = [(0, "UTC"), (1, "America/New_York")]
MORE = [(seed, zone) for seed in range(2, 23) for zone in (("UTC", "America/New_York", "Asia/Kolkata")[seed % 3],)]
CHECKOUT = Path(__file__).parents[2]
SHOWN = 12  # differences in a message

FITTED = "fitted at a refresh, and these companies are not refreshed; its numbers are held against "
NOT_YET = {  # KPI → why it has no recount here, and where it is proven instead
    "attribution_markov": FITTED + "tests/oracle/test_fitted.py",
    "clv_bgnbd": FITTED + "tests/twins/economics/clv_bgnbd.py",
    "clv_gamma_gamma": FITTED + "tests/twins/economics/clv_gamma_gamma.py",
    "clv_predictive": FITTED + "tests/twins/economics/clv_predictive.py",
    "clv_sbg": FITTED + "tests/twins/economics/clv_sbg.py",
    "expansion_propensity_share": FITTED + "tests/twins/retention/expansion_propensity_share.py",
}


@lru_cache(maxsize=3)
def answered(seed: int, zone: str) -> tuple[Ground, list[Period], Cells]:
    """The company, its months and their whole span, and what the engine says of all KPIs asked together."""
    tables = company(seed, zone)
    ground = Ground(tables, zone, AS_OF)
    months = ground.months(FIRST, MONTHS)
    span = ground.period(FIRST, months[-1].after, f"{months[0].label}..{months[-1].label}")
    cells: Cells = {}
    with TemporaryDirectory() as folder:
        books = Books(tables, Path(folder), zone)
        for by in {known.by for known in ORACLES.values()}:
            kpis = [asked for asked, known in ORACLES.items() if known.by == by]
            for grain in ("month", "total"):
                cells |= books.values(*kpis, by=by, period=span.label, grain=grain)
        books.session.close()
    return ground, [*months, span], cells


CASES = [
    pytest.param(seed, zone, kpi, marks=marks, id=f"{seed}-{zone}-{kpi}")
    for companies, marks in ((COMPANIES, []), (MORE, [pytest.mark.long]))
    for seed, zone in companies
    for kpi in sorted(ORACLES)
]


@pytest.mark.parametrize(("seed", "zone", "kpi"), CASES)
def test_engine_and_oracle_agree(seed: int, zone: str, kpi: str) -> None:
    ground, periods, cells = answered(seed, zone)
    found = differences(ground, kpi, periods, cells)
    assert not found, f"{len(found)} cells differ:\n" + "\n".join(map(str, found[:SHOWN]))


def test_every_kpi_has_a_recount_or_a_reason_why_not() -> None:
    counted = {parse_asked(asked).name for asked in ORACLES}
    assert set(catalog().kpis) - counted == set(NOT_YET)
    for reason in NOT_YET.values():
        assert (CHECKOUT / reason.rpartition(" ")[2]).is_file(), reason
