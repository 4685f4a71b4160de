"""What a review stands on, kept to tell later why a figure is another by now."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from accountlens.language.asked import parse_asked
from accountlens.pages.stand import Stand

MERGES = "account_merges"


def digest(here: Stand, kpi: str) -> str:
    """Changes when the definition of a KPI does, one of its options in force, or a fact beneath it."""
    catalog, asked = here.ground.catalog, parse_asked(kpi)
    settled = catalog.kpi(asked)
    facts = sorted({measure.fact for measure in settled.measures.values()})
    told = [catalog.definition(asked.name).document.data, settled.options, [catalog.digest(fact) for fact in facts]]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]


def grounds(here: Stand) -> dict[str, Any]:
    """The accounts merged so far, as a digest, the rows of each table, and the calendar."""
    house = here.opened.house
    return {
        "merges": merges(here),
        "rows": {name: table.rows for name, table in sorted(here.opened.snapshot.tables.items())},
        "currency": house.currency,
        "time_zone": house.time_zone,
    }


def merges(here: Stand) -> str:
    """Which accounts are one."""
    if MERGES not in here.opened.snapshot.tables:
        return ""
    whole = here.session.whole
    whole.table(MERGES)
    rows = sorted(map(str, whole.fetch(f"SELECT * FROM {MERGES}").fetchall()))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16] if rows else ""
