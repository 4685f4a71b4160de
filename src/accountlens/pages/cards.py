"""Which figures the overview begins with: what most companies look at first, as far as the data can tell it."""

from __future__ import annotations

from accountlens.engine.untold import Untold
from accountlens.language.asked import Asked

USUAL = (
    "sales_revenue", "win_rate", "pipeline_value_open", "mrr", "nrr", "engaged_accounts", "health_score", "nps",
)  # fmt: skip
OTHERS = (  # in place of those that lack their data
    "avg_deal_size", "sales_cycle_days", "opportunities_created", "pipeline_velocity",
    "grr", "logo_churn_rate", "csat", "support_tickets",
    "repeat_customer_share", "new_to_repeat_ratio",
    "clv_predictive", "clv_bgnbd", "clv_gamma_gamma",
)  # fmt: skip


def usual_cards(untold: Untold) -> list[str]:
    """As many as `USUAL`: those that can be known first, then those that say what they need."""

    def known(name: str) -> bool:
        return not untold.of_kpi(untold.catalog.kpi(Asked(name)))

    there = [name for name in (*USUAL, *OTHERS) if name in untold.catalog.kpis]
    return sorted(there, key=lambda name: not known(name))[: len(USUAL)]
