"""`check`: what is wrong, missing or doubtful in a workspace, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.quality_files import QualityCheck, load_quality_checks
from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, Problem
from accountlens.language.asked import Asked
from accountlens.store import Balance, Snapshot

STALE_AFTER = timedelta(days=45)
DATA = "data"


def check_data(folder: Path, catalog: Catalog, snapshot: Snapshot, session: Session) -> list[Problem]:
    """Everything doubtful about the current snapshot, worst first."""
    checks, problems = load_quality_checks(folder)
    found = [*problems, *_balance(snapshot.balance), *_missing(catalog, snapshot), *_freshness(snapshot)]
    for check in checks:
        found += _run(check, catalog, snapshot, session)
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda problem: (rank.get(problem.severity, 3), problem.file, problem.what))


def _balance(balance: Mapping[str, Balance]) -> Iterator[Problem]:
    for name, found in balance.items():
        if found.quarantined:
            what = f"{found.quarantined:,} of {found.taken_in:,} rows are in quarantine."
            yield Problem(name, 0, what, "See them with 'accountlens quarantine', mend the source, refresh.", "warning")
        if found.taken_in and not found.accepted:
            yield Problem(name, 0, "No row was accepted.", "See 'accountlens quarantine'.", "error")
        elif found.duplicates * 20 > found.taken_in:
            what = f"{found.duplicates:,} of {found.taken_in:,} rows are duplicates."
            yield Problem(name, 0, what, "Check that the key is the right one and the source is read once.", "warning")


def _missing(catalog: Catalog, snapshot: Snapshot) -> Iterator[Problem]:
    """Which KPIs lack the entity they cannot do without."""
    lacking: dict[str, list[str]] = {}
    for name, definition in catalog.kpis.items():
        kpi = catalog.kpi(Asked(name))
        for measure in kpi.measures.values():
            primary = catalog.primary(measure.fact)
            if not any(entity in snapshot.tables for entity in primary):
                lacking.setdefault(" or ".join(primary), []).append(definition.name)
    for entities, kpis in lacking.items():
        names = list(dict.fromkeys(kpis))
        shown = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
        what = f"{len(names)} KPI{'s' if len(names) > 1 else ''} need {entities}, which no source gives: {shown}"
        yield Problem(DATA, 0, f"{what}.", f"Add a file or a mapping for {entities.split(' or ')[0]}.", "note")


def _freshness(snapshot: Snapshot) -> Iterator[Problem]:
    latest = snapshot.info.get("latest")
    if latest and snapshot.as_of - datetime.fromisoformat(latest) > STALE_AFTER:
        day = datetime.fromisoformat(latest)
        what = f"The data ends on {day:%Y-%m-%d}, {(snapshot.as_of - day).days} days before the snapshot's present."
        mend = f"Load newer data, or look back with 'accountlens refresh --as-of {day + timedelta(days=1):%Y-%m-%d}'."
        yield Problem(DATA, 0, what, mend, "warning")


def _run(check: QualityCheck, catalog: Catalog, snapshot: Snapshot, session: Session) -> Iterator[Problem]:
    """One check; it is left out where a table it reads has no source."""
    for name in check.reads:
        if name in catalog.facts:
            if not any(entity in snapshot.tables for entity in catalog.primary(name)):
                return
            session.ensure(FactUse(name, name))
        elif name in session.tables:
            session.table(name)
    try:
        rows = session.fetch(f"SELECT COUNT(*) OVER (), * FROM ({check.sql}) LIMIT 1").fetchall()
    except (duckdb.Error, AccountlensError) as error:
        yield Problem(check.file, 0, f"The check cannot run: {str(error).splitlines()[0]}")
        return
    if rows:
        example = ", ".join(str(value) for value in rows[0][1:4])
        what = f"{rows[0][0]:,} {check.about.rstrip('.')} (for example {example})."
        yield Problem(check.reads[0] if check.reads else check.file, 0, what, check.mend, check.severity)
