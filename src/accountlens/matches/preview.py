"""Before a decision is written down: whose rows would move, and which KPIs with them, by really asking these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accountlens.accounts.decision_files import read_decided
from accountlens.catalog.settings import Settings
from accountlens.engine.planner import Ground
from accountlens.engine.run import Backdrop, ask
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked
from accountlens.language.query import Query
from accountlens.matches.decide import Change
from accountlens.matches.trial import moved, touched, tried
from accountlens.store import Snapshot, Store
from accountlens.warehouses.expand import literal


@dataclass(frozen=True)
class Preview:
    """What a decision would do to the current snapshot."""

    rows: Mapping[str, int]  # entity → rows that would belong to another account
    moved: Sequence[Mapping[str, Any]]  # kpi, unit, before, after; those that move most first
    of_account: Sequence[Mapping[str, Any]]  # the same, asked of the one account that the decision names
    asked: int  # KPIs that were asked, before and after
    period: str


@dataclass(frozen=True)
class Opened:
    """The current snapshot, ready to be asked."""

    folder: Path
    store: Store
    snapshot: Snapshot
    settings: Settings
    ground: Ground
    session: Session
    backdrop: Backdrop


def preview(opened: Opened, change: Change, period: str) -> Preview:
    """Ask every KPI that the moved rows bear on, over the snapshot as it is and as it would be."""
    catalog, session = opened.session.catalog, opened.session
    decided = change.added_to(read_decided(opened.folder))
    with tried(opened.store, opened.snapshot, catalog, opened.settings, decided) as trial:
        facts, kpis = touched(catalog, [*trial.tables])
        tables = {name: sql for name, sql in session.tables.items() if name not in facts or not catalog.facts[name].sql}
        other = Session(catalog, tables | trial.tables, session.zone, session.as_of, session.fit)
        try:
            now = replace(opened, session=other, ground=replace(opened.ground, history=other.history()))
            before, after = (_asked(kpis, period, None, one) for one in (opened, now))
            of_account = f"account_id = {literal(change.account_id)}" if change.account_id else None
            told = [_asked(kpis, period, of_account, one) for one in (opened, now)] if of_account else [[], []]
        finally:
            other.close()
    return Preview(dict(trial.rows), moved(before, after), moved(*told), len(before), period)


def _asked(kpis: Sequence[str], period: str, where: str | None, opened: Opened) -> list[dict[str, Any]]:
    """The totals of those that can be asked so; one that can't be is found by halving."""
    query = Query(tuple(map(Asked, kpis)), (), period, where=where)
    try:
        return list(ask(query, opened.ground, opened.session, opened.backdrop).rows()) if kpis else []
    except AccountlensError:
        half = len(kpis) // 2
        halves = (kpis[:half], kpis[half:]) if half else ()
    return [row for some in halves for row in _asked(some, period, where, opened)]
