-- Naive: any opportunity with a campaign touch before it; that sales had called first is not seen, and sourced is the same as influenced.
WITH created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(o.account_id, created_at) AS tier, opportunity_id,
           coalesce(eur(amount_own, currency, created_at), 0) AS amount,
           EXISTS (SELECT 1 FROM campaign_touches t WHERE t.account_id = o.account_id
                   AND t.occurred_at >= o.created_at - INTERVAL 90 DAYS AND t.occurred_at <= o.created_at) AS sourced
    FROM opportunities o
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(c.amount) FILTER (WHERE c.sourced), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
