-- Option value=count: won deals with a touch / won deals, also those without an amount; the rest as in attribution_coverage.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, coalesce(amount, 0) AS amount,
           opportunity_id IN (SELECT opportunity_id FROM paths) AS touched
    FROM opportunities
    WHERE status = 'won' AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE w.touched) / nullif(count(w.touched), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
