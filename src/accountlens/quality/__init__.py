"""`check`: what is wrong, missing or doubtful in a workspace, each with a stable code and what to do about it."""

from __future__ import annotations

from pathlib import Path

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.quality_files import load_quality_checks
from accountlens.engine.session import Session
from accountlens.errors import Problem
from accountlens.quality.columns import kpis_without_columns
from accountlens.quality.contradictions import run_check
from accountlens.quality.freshness import Freshness, behind, freshness, stale
from accountlens.quality.references import orphans, unmatched
from accountlens.quality.rows import balance_findings, kpis_without_entities, unfinished_erasures
from accountlens.quality.sources import SourceFreshness, source_freshness, unread_sources
from accountlens.quality.volume import unusual_months
from accountlens.store import Snapshot, Store

__all__ = ["Freshness", "SourceFreshness", "check_data", "freshness", "source_freshness"]


def check_data(folder: Path, store: Store, catalog: Catalog, snapshot: Snapshot, session: Session) -> list[Problem]:
    """Everything doubtful about a snapshot, worst first."""
    checks, problems = load_quality_checks(folder)
    fresh = freshness(catalog, snapshot, session)
    found = [
        *problems,
        *unfinished_erasures(store),
        *unread_sources(store),
        *balance_findings(snapshot.balance),
        *kpis_without_entities(catalog, snapshot),
        *kpis_without_columns(catalog, snapshot),
        *stale(snapshot),
        *behind(fresh),
        *unusual_months(catalog, snapshot, session),
        *orphans(catalog, snapshot, session),
        *unmatched(snapshot, {check.reads[0] for check in checks if check.name.endswith("_without_account")}),
    ]
    for check in checks:
        found += run_check(check, catalog, snapshot, session)
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda problem: (rank.get(problem.severity, 3), problem.file, problem.what))
