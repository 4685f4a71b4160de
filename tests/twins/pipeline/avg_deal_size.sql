-- Mean amount of the opportunities won in the month (sheet 3).
-- A won opportunity without an amount takes no part in the mean (13 "Sales"). Nothing won with an amount: null (G4).
-- Amounts in another currency at the rate of the closing date (G5: the event's date). Tier at the closing.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, amount
    FROM opportunities
    WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(w.amount) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
