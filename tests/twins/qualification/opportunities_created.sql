-- Count of opportunities with created_at in the month, whatever became of them (sheet 2).
-- Disqualified ones were created too. Creation unknown: no part (DESIGN 4). Tier at creation.
WITH created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier, opportunity_id
    FROM opportunities
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(c.opportunity_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
