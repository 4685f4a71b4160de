/*
about: The share of each campaign touch in the opportunity it helped to win, by every model of attribution. The shares of one opportunity add up to 1 in each model.
key: [opportunity_id, activity_id]
primary: activities
reduced: true
parameters: {weights: [0.4, 0.2, 0.4], u_lead: false, half_life_days: 7, repeat: per_touch}
reach:
  events: {campaign_touches: occurred_at}
  own: [opportunities, leads]
  lookups: {contacts: leads.contact_id}
  at: closed_at
  back: $lookback_days + 2
*/
WITH first_leads AS (
    SELECT l.account_id, MIN(l.created_at) AS lead_at
    FROM leads l
    LEFT JOIN contacts c ON c.contact_id = l.contact_id
    WHERE l.account_id IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE)
    GROUP BY l.account_id
),
won AS (
    -- the touch of a milestone is the last one at or before it; what came after the close was none on the way there
    SELECT j.*,
        MAX(CASE WHEN j.occurred_at <= l.lead_at AND l.lead_at <= j.closed_at THEN j.position END)
            OVER (PARTITION BY j.opportunity_id) AS lead_position,
        MAX(CASE WHEN j.occurred_at <= j.created_at AND j.created_at <= j.closed_at THEN j.position END)
            OVER (PARTITION BY j.opportunity_id) AS created_position,
        -- the last that did not come directly; where all did, the last of all
        COALESCE(MAX(CASE WHEN j.channel = 'direct' THEN NULL ELSE j.position END) OVER (PARTITION BY j.opportunity_id), j.touches)
            AS last_other_position,
        MAX(j.occurred_at) OVER (PARTITION BY j.opportunity_id) AS last_at
    FROM journeys j
    LEFT JOIN first_leads l ON l.account_id = j.account_id
    WHERE j.status = 'won'
),
peaks AS (
    SELECT w.*,
        CASE WHEN w.position = 1 THEN 1e0 ELSE 0e0 END AS is_first,
        CASE WHEN w.position = w.touches THEN 1e0 ELSE 0e0 END AS is_last,
        CASE WHEN w.position = w.lead_position THEN 1e0 ELSE 0e0 END AS is_lead,
        CASE WHEN w.position = w.created_position THEN 1e0 ELSE 0e0 END AS is_created,
        CASE WHEN $u_lead THEN w.lead_position ELSE w.touches END AS second_position,
        CASE WHEN w.lead_position IS NULL THEN 0e0 ELSE 1e0 END AS has_lead,
        CASE WHEN w.created_position IS NULL THEN 0e0 ELSE 1e0 END AS has_created,
        KPI_HALF(KPI_DAYS(w.occurred_at, w.last_at), $half_life_days) AS fading
    FROM won w
),
others AS (
    -- touches that are no peak of a model share what it leaves to the others
    SELECT p.*,
        CASE WHEN p.position = p.second_position THEN 1e0 ELSE 0e0 END AS is_second,
        CASE WHEN p.second_position IS NULL THEN 0e0 ELSE 1e0 END AS has_second,
        CASE WHEN p.position = 1 OR p.position = p.second_position THEN 0e0 ELSE 1e0 END AS u_other,
        CASE WHEN p.is_first + p.is_lead + p.is_created > 0 THEN 0e0 ELSE 1e0 END AS w_other,
        CASE WHEN p.is_first + p.is_lead + p.is_created + p.is_last > 0 THEN 0e0 ELSE 1e0 END AS full_other
    FROM peaks p
),
channels AS (
    SELECT o.*,
        1e0 / COUNT(*) OVER (PARTITION BY o.opportunity_id, o.channel) AS of_channel,
        MAX(o.position) OVER (PARTITION BY o.opportunity_id, o.channel) AS channel_position,
        SUM(o.u_other) OVER (PARTITION BY o.opportunity_id, o.channel) AS u_others,
        SUM(o.w_other) OVER (PARTITION BY o.opportunity_id, o.channel) AS w_others,
        SUM(o.full_other) OVER (PARTITION BY o.opportunity_id, o.channel) AS full_others
    FROM others o
),
parts AS (
    -- repeat=per_channel: a channel that touched more than once counts once
    SELECT c.*,
        CASE WHEN $repeat = 'per_channel' THEN c.of_channel ELSE 1e0 END AS even_part,
        CASE WHEN $repeat = 'per_channel' AND c.position < c.channel_position THEN 0e0 ELSE c.fading END AS fading_part,
        CASE WHEN $repeat = 'per_channel' AND c.u_others > 0 THEN c.u_other / c.u_others ELSE c.u_other END AS u_part,
        CASE WHEN $repeat = 'per_channel' AND c.w_others > 0 THEN c.w_other / c.w_others ELSE c.w_other END AS w_part,
        CASE WHEN $repeat = 'per_channel' AND c.full_others > 0 THEN c.full_other / c.full_others ELSE c.full_other END AS full_part
    FROM channels c
),
sums AS (
    SELECT p.*,
        SUM(p.of_channel) OVER (PARTITION BY p.opportunity_id) AS channels,
        SUM(p.even_part) OVER (PARTITION BY p.opportunity_id) AS even_sum,
        SUM(p.fading_part) OVER (PARTITION BY p.opportunity_id) AS fading_sum,
        SUM(p.u_part) OVER (PARTITION BY p.opportunity_id) AS u_sum,
        SUM(p.w_part) OVER (PARTITION BY p.opportunity_id) AS w_sum,
        SUM(p.full_part) OVER (PARTITION BY p.opportunity_id) AS full_sum
    FROM parts p
),
weights AS (
    -- a peak without a touch, or others that are not there, leave their weight to the rest: what is there is brought to 1
    SELECT s.*,
        s.is_first * KPI_LOOKUP(1, $weights, 0e0) + s.is_second * KPI_LOOKUP(3, $weights, 0e0)
            + COALESCE(KPI_LOOKUP(2, $weights, 0e0) * s.u_part / NULLIF(s.u_sum, 0), 0) AS u_weight,
        KPI_LOOKUP(1, $weights, 0e0) + s.has_second * KPI_LOOKUP(3, $weights, 0e0)
            + CASE WHEN s.u_sum > 0 THEN KPI_LOOKUP(2, $weights, 0e0) ELSE 0 END AS u_weights,
        0.3e0 * (s.is_first + s.is_lead + s.is_created) + COALESCE(0.1e0 * s.w_part / NULLIF(s.w_sum, 0), 0) AS w_weight,
        0.3e0 * (1 + s.has_lead + s.has_created) + CASE WHEN s.w_sum > 0 THEN 0.1e0 ELSE 0 END AS w_weights,
        0.225e0 * (s.is_first + s.is_lead + s.is_created + s.is_last)
            + COALESCE(0.1e0 * s.full_part / NULLIF(s.full_sum, 0), 0) AS full_weight,
        0.225e0 * (2 + s.has_lead + s.has_created) + CASE WHEN s.full_sum > 0 THEN 0.1e0 ELSE 0 END AS full_weights
    FROM sums s
)
SELECT w.opportunity_id, w.activity_id, w.account_id, w.owner_id, w.product_id, w.type, w.amount, w.closed_at,
    w.occurred_at, w.contact_id, w.kind, w.campaign_id, w.channel, w.program, w.position, w.touches,
    w.is_first AS first_share,
    w.is_last AS last_share,
    CASE WHEN w.position = w.last_other_position THEN 1e0 ELSE 0e0 END AS last_other_share,
    w.even_part / w.even_sum AS linear_share,
    -- where all weight lies on touches that are not there, every touch has its equal share
    CASE WHEN w.u_weights > 0 THEN w.u_weight / w.u_weights ELSE w.even_part / w.even_sum END AS u_shaped_share,
    w.w_weight / w.w_weights AS w_shaped_share,
    w.full_weight / w.full_weights AS full_path_share,
    w.fading_part / w.fading_sum AS time_decay_share,
    w.of_channel / w.channels AS shapley_share
FROM weights w
