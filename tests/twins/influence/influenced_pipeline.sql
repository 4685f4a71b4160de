-- Sum of the amounts of the opportunities created in the month with at least one campaign touch of the account in
-- [created - 90 d, created], both ends inclusive (sheet 6). The whole amount once, however many campaigns touched it (distinct).
-- Whatever became of them since: disqualified and lost ones were created too. Amount: the latest known (G12), euros at the creation
-- (G5: the event of this KPI); no amount adds nothing. No account: no touch, 0. Creation unknown: no part. Tier at the creation.
WITH created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier, opportunity_id,
           coalesce(eur(amount_own, currency, created_at), 0) AS amount,
           EXISTS (SELECT 1 FROM campaign_touches t WHERE t.account_id = o.account_id
                   AND t.occurred_at >= o.created_at - INTERVAL 90 DAYS AND t.occurred_at <= o.created_at) AS influenced
    FROM opportunities o
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(c.amount) FILTER (WHERE c.influenced), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
