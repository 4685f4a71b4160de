-- Share of the won value with a touch (13): amounts won in the month whose path holds at least one touch / all amounts won in it.
-- By amount (option value=count: by number), euros at the closing. Deals of no account have no touch: below the line only. A won deal
-- without amount is in neither. Won value 0: null. Tier at the closing.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, coalesce(amount, 0) AS amount,
           opportunity_id IN (SELECT opportunity_id FROM paths) AS touched
    FROM opportunities
    WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(w.amount) FILTER (WHERE w.touched), 0) / nullif(sum(w.amount), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
