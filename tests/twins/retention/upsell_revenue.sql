-- Amounts of opportunities of type upsell won in the month (sheet 5: the revenue form), euros at the closing date's rate (G5).
-- Booked = won, by closed_at. No amount adds nothing; nothing won is 0 (G4). A renewal is neither upsell nor cross-sell.
-- o24 and o31 (lost) and o28 (won in August) are not booked in these months. Tier at the closing.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, amount
    FROM opportunities
    WHERE status = 'won' AND type = 'upsell' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(w.amount), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
