-- Tickets created in the month (sheet 7). Those of our own people are out (G6); no account: (unmatched) and total. Tier at creation.
WITH created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier, ticket_id FROM tickets
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(c.ticket_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
