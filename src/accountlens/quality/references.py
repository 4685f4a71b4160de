"""Rows that point to rows which are not there, and rows of no account."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from accountlens.catalog.catalog import Catalog
from accountlens.engine.session import Session
from accountlens.errors import Problem
from accountlens.store import Snapshot
from accountlens.warehouses.expand import quoted

MANY = 0.05  # of the rows: from here on a warning


def orphans(catalog: Catalog, snapshot: Snapshot, session: Session) -> Iterator[Problem]:
    """By reference: ids that no row of the other entity has. Accounts are told of by `unmatched`."""
    for name, entity in sorted(catalog.entities.items()):
        for column in entity.columns.values():
            target = catalog.entities.get(column.references or "")
            if target is None or target.name == "accounts" or len(target.key) != 1:
                continue
            if name not in snapshot.tables or target.name not in snapshot.tables:
                continue
            session.table(name)
            session.table(target.name)
            at, key = quoted(column.name), quoted(target.key[0])
            ((given, lost, example),) = session.fetch(
                f"SELECT count(*), count(*) FILTER (t.{key} IS NULL), min(r.{at}) FILTER (t.{key} IS NULL) "
                f"FROM {quoted(name)} r LEFT JOIN {quoted(target.name)} t ON t.{key} = r.{at} WHERE r.{at} IS NOT NULL"
            ).fetchall()
            if lost:
                what = (
                    f"{lost:,} of {given:,} rows with {column.name} name none of {target.name} (such as '{example}')."
                )
                mend = f"Load the missing {target.name}, or map {column.name} to their {target.key[0]}."
                yield Problem(name, 0, what, mend, _weight(lost, given), "orphans")


def unmatched(snapshot: Snapshot, told: Collection[str]) -> Iterator[Problem]:
    """Rows of no account, where no check of its own tells of them."""
    for name, count in sorted(snapshot.info.get("unmatched", {}).items()):
        rows = snapshot.balance[name].accepted if name in snapshot.balance else 0
        if count and rows and name not in told:
            what = f"{count:,} of {rows:,} rows ({count / rows:.0%}) belong to no account; they count in totals only."
            mend = "Name their account, or see 'accountlens matches': what could be found, what waits for a decision."
            yield Problem(name, 0, what, mend, _weight(count, rows), "unmatched_rows")


def _weight(count: int, rows: int) -> str:
    return "warning" if count > MANY * rows else "note"
