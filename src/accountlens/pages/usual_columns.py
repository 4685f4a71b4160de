"""Which columns the table of accounts begins with: those that can say something here."""

from __future__ import annotations

from accountlens.language.asked import parse_asked
from accountlens.open_snapshot import OpenSnapshot
from accountlens.pages.account_columns import STAGE, STAGES

USUAL = (
    "tier", "segment", "stage", "owner_id", "mrr", "mrr.change", "health_score", "health_score.change",
    "engagement_score", "engagement_score.course", "pipeline_value_open", "interaction_gap_days",
)  # fmt: skip


def usual_columns(opened: OpenSnapshot) -> list[str]:
    """As an address names them: attributes, and of KPIs the value, its `.change` or its `.course`."""
    return [key for key in USUAL if _tells(key.partition(".")[0], opened)]


def _tells(name: str, opened: OpenSnapshot) -> bool:
    catalog = opened.catalog
    if name in catalog.facts["accounts"].columns or (name == STAGE and STAGES in catalog.facts):
        return True
    return name in catalog.kpis and not opened.untold.lacking(catalog.kpi(parse_asked(name)))
