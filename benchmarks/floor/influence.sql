WITH credited AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, sum(amount * first_share) AS attribution_first,
        sum(amount * last_share) AS attribution_last, sum(amount * linear_share) AS attribution_linear,
        sum(amount * u_shaped_share) AS attribution_u_shaped, sum(amount * w_shaped_share) AS attribution_w_shaped,
        sum(amount * full_path_share) AS attribution_full_path, sum(amount * time_decay_share) AS attribution_time_decay,
        sum(amount * shapley_share) AS attribution_shapley
    FROM touch_credits c JOIN hours h ON h.hour = date_trunc('hour', c.closed_at) JOIN stretches s USING (stretch)
        JOIN months m USING (p)
    GROUP BY 1, 2
), won AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        COALESCE(sum(amount) FILTER (WHERE touches > 0), 0) / nullif(sum(amount), 0) AS attribution_coverage
    FROM won_deals JOIN months m ON closed_at >= m.lo AND closed_at < m.hi GROUP BY 1, 2
), influenced AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS deals, sum(amount) AS influenced_pipeline,
        sum(sourced) AS sourced_pipeline
    FROM (
        SELECT account_id, created_at, max(amount) AS amount, sum(amount) FILTER (WHERE is_source) AS sourced
        FROM campaign_influence GROUP BY opportunity_id, account_id, created_at
    ) JOIN months m ON created_at >= m.lo AND created_at < m.hi
    GROUP BY 1, 2
), created AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, count(*) AS deals
    FROM opportunity_origins JOIN months m ON created_at >= m.lo AND created_at < m.hi GROUP BY 1, 2
)
SELECT account_id, p, attribution_first, attribution_last, attribution_linear, attribution_u_shaped, attribution_w_shaped,
    attribution_full_path, attribution_time_decay, attribution_shapley, attribution_coverage,
    influenced_pipeline, sourced_pipeline, COALESCE(i.deals, 0) / c.deals AS influence_rate
FROM credited FULL JOIN won USING (account_id, p)
    FULL JOIN created c USING (account_id, p) LEFT JOIN influenced i USING (account_id, p)
