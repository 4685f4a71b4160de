"""Reviews frozen as they were reported: kept whole, whatever becomes of the snapshot they were made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.boards.refusals import NotThereError
from accountlens.people.audit import Actor, note
from accountlens.people.secret import new_id
from accountlens.reports.content import Report, from_plain, to_plain
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

TOLD = ("title", "cadence", "audience", "subject", "whom", "period", "period_name", "snapshot")  # of it
FIRST = "CASE json_extract(content, '$.internal') WHEN 1 THEN '$.headline[1]' ELSE '$.headline[0]' END"  # of a KPI
HEADLINE = f"COALESCE(json_extract(content, {FIRST}), json_extract(content, '$.headline[0]'))"
WITHIN = tuple(f"json_extract(content, '$.{name}')" for name in TOLD)
HEAD = ("id", "frozen_at", "frozen_by", "name", "sees", HEADLINE, *WITHIN)


@dataclass(frozen=True)
class Frozen:
    """`frozen_by`: a user's id, None at the command line. `sees`: the accounts it tells of, None for all.

    `headline`: what it says of the KPI at its head. `told`: `TOLD` of the review itself, by name.
    """

    id: str
    frozen_at: datetime
    frozen_by: str | None
    name: str
    sees: frozenset[str] | None
    headline: str
    told: Mapping[str, str | None]

    def visible(self, seen: frozenset[str] | None) -> bool:
        """Whether somebody who sees these accounts sees every account it tells of."""
        return seen is None or (self.sees is not None and self.sees <= seen)

    def explained_to(self, seen: frozenset[str] | None) -> bool:
        """Whether its figures, asked by somebody who sees these accounts, are of the same accounts."""
        return self.sees == seen or self.told["audience"] == "account"


def freeze(store: Store, report: Report, by: Actor) -> str:
    """Keep it as it is; its id."""
    from accountlens.store.tables import ReportRow

    row = ReportRow(id=new_id("r"), frozen_at=utc_now(), frozen_by=by.user_id, name=report.name)
    row.sees, row.content = list(report.sees) if report.sees is not None else None, to_plain(report)
    id_ = row.id
    with store.state.session("freeze a review") as session:
        session.add(row)
        note(session, by, "report.frozen", id_, name=report.name, snapshot=report.snapshot)
    return id_


def all_frozen(store: Store, seen: frozenset[str] | None) -> list[Frozen]:
    """Those that may be seen, the latest first."""
    rows = read_rows(store.database, "reports", HEAD, order="frozen_at DESC, id", limit=-1)
    return [one for one in map(_head, rows) if one.visible(seen)]


def thaw(store: Store, seen: frozenset[str] | None, id_: str) -> tuple[Frozen, Report]:
    """One of them by its id, or how that begins, exactly as it was reported."""
    found = [one for one in all_frozen(store, seen) if id_ and one.id.startswith(id_)]
    exact = [one for one in found if one.id == id_] or found
    if len(exact) != 1:
        many = f"{len(exact)} frozen reviews begin with '{id_}'." if exact else f"There is no frozen review '{id_}'."
        raise NotThereError(many, mend="'accountlens reports' lists those there are.")
    ((content,),) = read_rows(store.database, "reports", ("content",), order="id", limit=1, where={"id =": exact[0].id})
    return exact[0], from_plain(json.loads(content))


def _head(row: Sequence[Any]) -> Frozen:
    id_, at, by, name, sees, headline, *told = row
    accounts = json.loads(sees) if sees else None
    seen = None if accounts is None else frozenset(accounts)
    return Frozen(id_, datetime.fromisoformat(at), by, name, seen, headline or "", dict(zip(TOLD, told, strict=True)))
