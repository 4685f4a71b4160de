"""The notes of a review: what people wrote about the days of its period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from accountlens.boards.notes import notes
from accountlens.pages.stand import Stand, names_of
from accountlens.people.users import users
from accountlens.reports.audience import Whom
from accountlens.reports.content import Remark
from accountlens.reports.spans import Span


def remarks(here: Stand, whom: Whom, span: Span) -> list[Remark]:
    """Those of the company, and those of its accounts."""
    store, period = here.workspace.store, span.piece.period
    seen = here.workspace.seen
    found = notes(store, seen, since=period.start, until=period.end - timedelta(days=1))
    mine = [one for one in found if one.account_id is None or whom.accounts is None or one.account_id in whom.accounts]
    authors = {one.id: one.name for one in users(store)}
    called = names_of(here, "accounts", "account_id", [one.account_id for one in mine if one.account_id])
    return [Remark(one.on, _about(here, one, called), one.text, authors.get(one.author_id, "")) for one in mine]


def _about(here: Stand, one: Any, called: Mapping[str, str]) -> str:
    kpi = here.ground.catalog.kpis.get(one.kpi or "")
    words = [called.get(one.account_id, one.account_id) if one.account_id else "", kpi.label if kpi else ""]
    return ", ".join(word for word in words if word) or "the company"
