"""Adapters: a case's inputs become entity rows and a question. None computes a KPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.golden.adapters import (
    attribution,
    conversion,
    customers,
    economics,
    email,
    engagement,
    growing,
    health,
    influence,
    interactions,
    lifetimes,
    lifts,
    models,
    pipeline,
    recurring,
    renewals,
    selling,
    semantics,
    stages,
    success,
    voice,
    wellbeing,
    winning,
)
from tests.golden.cases import Case
from tests.golden.world import Scenario

Adapter = Callable[[Case], list[Scenario]]

FAMILIES: Mapping[Adapter, str] = {
    voice.survey: "nps enps csat esat ces",
    voice.invitations: "response_rate",
    email.rates: "email_rates email_open_rate email_click_rate email_ctor email_hard_bounce_rate email_soft_bounce_rate",
    engagement.score: "engagement_score engaged_accounts engaged_account_rate",
    interactions.interactions: "website_visits content_downloads event_attendance event_attendance_rate social_interactions "
    "conversations inbound_touches outbound_touches inbound_outbound_ratio interaction_frequency interaction_gap_days "
    "max_gap_days mean_gap_days",
    engagement.penetration: "account_penetration stakeholders_engaged buying_group_coverage",
    engagement.threads: "coverage_multithreading",
    engagement.qualified: "mqa_count mqa_open mqa_rate",
    conversion.leads: "lead_conversion_rate leads_generated mql_count sql_count mql_to_sql_rate",
    conversion.events: "event_conversion_rate",
    pipeline.sales: "win_rate pipeline_value_open pipeline_value_weighted pipeline_coverage pipeline_velocity "
    "avg_deal_size sales_cycle_days touches_to_closure sales_revenue opportunities_created",
    stages.stages: "time_in_stage_days",
    selling.growth: "sales_growth_rate revenue_growth_rate",
    selling.quotas: "quota_attainment",
    selling.orders: "repeat_customer_share new_to_repeat_ratio reference_sales_share",
    recurring.revenue: "mrr arr mrr_movements new_mrr expansion_mrr contraction_mrr churn_mrr reactivation_mrr "
    "net_new_mrr saas_quick_ratio nrr_grr nrr grr nrr_12m grr_12m mrr_churn_rate gross_mrr_churn_rate "
    "net_mrr_churn_rate account_expansion_rate account_expansion_revenue",
    customers.customers: "logo_churn_rate retention_rate retention_rate_plain",
    customers.silence: "account_disengagement_rate",
    renewals.renewals: "renewal_rate logo_renewal_rate gross_value_renewal_rate net_value_renewal_rate",
    economics.costs: "cac cac_payback_months ltv_cac_ratio",
    success.advocacy: "brand_advocacy brand_advocacy_index referenceable_clients",
    success.goals: "customer_outcomes outcomes_on_track outcome_gap",
    success.expansion: "upsell_rate cross_sell_rate upsell_revenue cross_sell_revenue",
    lifetimes.value: "ltv",
    lifetimes.simple: "clv_simple",
    economics.returns: "roi return_multiple",
    attribution.attribution: "attribution_position attribution_first attribution_last attribution_linear attribution_u_shaped "
    "attribution_w_shaped attribution_full_path attribution_time_decay attribution_shapley attribution_coverage",
    influence.influence: "influenced_pipeline influence_rate sourced_pipeline",
    influence.gap: "target_gap",
    health.tickets: "first_response_time resolution_time response_time",
    health.counts: "support_tickets ticket_backlog",
    wellbeing.health: "health_score",
    models.markov: "attribution_markov",
    models.purchases: "clv_bgnbd",
    models.values: "clv_gamma_gamma",
    models.lifetime: "clv_predictive",
    models.renewals: "clv_sbg",
    lifts.did: "target_lift_did",
    health.adoption: "product_adoption seat_adoption feature_breadth stickiness",
    winning.outreach: "accounts_contacted client_acquisition_rate touch_saturation",
    winning.conversion: "account_conversion_rate",
    winning.spotting: "opportunity_spotting initial_meeting_rate",
    growing.growth: "existing_account_growth",
    growing.eligibility: "whitespace",
    semantics.shares: "proportion_interval",
    semantics.trailing: "trailing_window_sum",
}
ADAPTERS: Mapping[str, Adapter] = {kpi: adapter for adapter, kpis in FAMILIES.items() for kpi in kpis.split()}
