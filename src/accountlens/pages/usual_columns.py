"""Which columns the table of accounts begins with: those that can say something here; what is asked for them."""

from __future__ import annotations

from collections.abc import Iterator

from accountlens.language.asked import parse_asked
from accountlens.open_snapshot import OpenSnapshot
from accountlens.pages.account_columns import STAGE, STAGES
from accountlens.pages.accounts import CHANGE, Wanted

COURSE = ".course"
COURSE_MONTHS = 12
PERIOD = "last-90-days"
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


def usual_questions(columns: list[str]) -> Iterator[Wanted]:
    """What the page asks for these columns: the table, and beside it the courses."""
    figures = tuple(dict.fromkeys(one.removesuffix(CHANGE) for one in columns if not one.endswith(COURSE)))
    compare = "previous" if any(one.endswith(CHANGE) for one in columns) else None
    yield Wanted(figures, period=PERIOD, compare=compare)
    if courses := tuple(one.removesuffix(COURSE) for one in columns if one.endswith(COURSE)):
        yield Wanted(courses, period=PERIOD, compare=compare, spark=COURSE_MONTHS)
