"""Checks that are data: each finds the rows a person should look at."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.quality_files import QualityCheck
from accountlens.engine.plan import FactUse
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, Problem
from accountlens.store import Snapshot


def run_check(check: QualityCheck, catalog: Catalog, snapshot: Snapshot, session: Session) -> Iterator[Problem]:
    """One check; it is left out where a table it reads has no source."""
    for name in check.reads:
        if name in catalog.facts:
            if not any(entity in snapshot.names for entity in catalog.primary(name)):
                return
            session.ensure(FactUse(name, name))
        elif name in session.tables:
            session.table(name)
    try:
        rows = session.fetch(f"SELECT COUNT(*) OVER (), * FROM ({check.sql}) LIMIT 1").fetchall()
    except (duckdb.Error, AccountlensError) as error:
        what = f"The check cannot run: {str(error).splitlines()[0]}"
        yield Problem(check.file, 0, what, code="check_fails")
        return
    if rows:
        example = ", ".join(str(value) for value in rows[0][1:4])
        what = f"{rows[0][0]:,} {check.about.rstrip('.')} (for example {example})."
        place = check.reads[0] if check.reads else check.file
        yield Problem(place, 0, what, check.mend, check.severity, check.name)
