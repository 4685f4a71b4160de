"""The 32 columns of the wide question: KPIs of the catalog with their options, and parts of a KPI's answer.

`meetings` is a KPI of the generated company (`kpis/meetings.yaml`), all others come with the product.
"""

from __future__ import annotations

from dataclasses import dataclass

from accountlens.engine.columns import columns_of
from accountlens.engine.plan import Plan


@dataclass(frozen=True)
class Column:
    """A column of numbers: the value of a KPI as asked, or one of the `parts` that its answer shows beside it."""

    name: str
    kpi: str  # as asked, with options
    part: str | None = None


COLUMNS = (
    # activities by six kinds
    Column("page_views", "website_visits(unit=page_view)"),
    Column("content_downloads", "content_downloads"),
    Column("social_interactions", "social_interactions"),
    Column("event_attendance", "event_attendance"),
    Column("mails_sent", "email_open_rate(per=sent)", "sent"),
    Column("conversations", "conversations"),
    # engagement
    Column("engagement_score", "engagement_score"),
    Column("engaged_contacts", "stakeholders_engaged"),
    Column("penetration", "account_penetration"),
    Column("days_since_last_touch", "interaction_gap_days"),
    Column("inbound_outbound_ratio", "inbound_outbound_ratio"),
    Column("meetings", "meetings"),
    # pipeline
    Column("opportunities_created", "opportunities_created"),
    Column("win_rate", "win_rate"),
    Column("deal_size", "avg_deal_size"),
    Column("median_cycle", "sales_cycle_days(stat=median)"),
    Column("open_pipeline", "pipeline_value_open"),
    Column("velocity", "pipeline_velocity"),
    Column("touches_to_closure", "touches_to_closure"),
    # recurring revenue; the opening is what retention is measured against
    Column("mrr_opening", "nrr", "opening_mrr"),
    Column("mrr_closing", "mrr"),
    Column("mrr_new", "net_new_mrr", "new"),
    Column("mrr_expansion", "net_new_mrr", "expansion"),
    Column("mrr_contraction", "net_new_mrr", "contraction"),
    Column("mrr_churn", "net_new_mrr", "churn"),
    Column("nrr", "nrr"),
    Column("grr", "grr"),
    Column("logo_churn", "logo_churn_rate"),
    # voice and support
    Column("nps", "nps"),
    Column("csat", "csat"),
    Column("tickets", "support_tickets"),
    Column("median_resolution", "resolution_time(stat=median)"),
)
KPIS = tuple(dict.fromkeys(column.kpi for column in COLUMNS))  # what is asked, once each
# where nothing happened they are 0, or not there at all
COUNTED = frozenset(
    """page_views content_downloads social_interactions event_attendance mails_sent conversations engagement_score
    engaged_contacts meetings opportunities_created open_pipeline mrr_opening mrr_closing mrr_new mrr_expansion
    mrr_contraction mrr_churn tickets""".split()
)


def places_of(plan: Plan) -> dict[str, str]:
    """The columns of an answer about `KPIS` in which the 32 stand."""
    found = {
        str(kpi): columns_of(planned, index) for index, (kpi, planned) in enumerate(zip(KPIS, plan.kpis, strict=True))
    }
    return {
        column.name: found[column.kpi].parts[column.part] if column.part else found[column.kpi].value
        for column in COLUMNS
    }
