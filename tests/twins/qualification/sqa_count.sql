-- Distinct accounts accepted by sales (stage event sqa) in the month (sheet 2).
-- Accepted twice in a month is one account. Counts accounts: rows of no account are ignored. Tier at the event.
WITH accepted AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier, account_id
    FROM account_stage_events
    WHERE stage = 'sqa' AND account_id IS NOT NULL AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM accepted UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(DISTINCT a.account_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN accepted a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
