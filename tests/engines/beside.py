"""A messy company on the embedded engine, and what another engine answers otherwise."""

from __future__ import annotations

from pathlib import Path

import duckdb
from tests.engine.messy import catalog, company, open_session

from accountlens.certify.differing import Compared, compare_rows
from accountlens.certify.run import Certificate
from accountlens.engine.ground import Ground
from accountlens.engine.session import Session
from accountlens.models.modelled import fit_periods
from accountlens.warehouses.engine import Connection, Engine
from accountlens.warehouses.expand import expand
from accountlens.warehouses.translate import translate

SOME = {"opportunity_origins", "mrr_movements", "sales_cycle_days"}  # of facts and KPIs, where all would take too long


def messy(folder: Path, seed: int, zone: str) -> tuple[Session, Ground]:
    session, ground = open_session(catalog(), company(seed), folder, zone)
    session.fit = fit_periods
    return session, ground


def differences(found: Certificate) -> list[str]:
    return _told(*found.facts, *found.kpis)


def differences_in(sql: str, zone: str, engine: Engine, connection: Connection) -> list[str]:
    """Of one statement that is authored once."""
    here = duckdb.sql(expand(sql, zone=zone)).to_arrow_table()
    return _told(compare_rows(sql, here, connection.arrow(translate(sql, engine.name, zone))))


def _told(*compared: Compared) -> list[str]:
    return [f"{one.name}: {one.fault or one.shown}" for one in compared if not one.same]
