-- (sales of the month - sales of the month before) / sales of the month before (sheet 3, comparison=previous, G10);
-- the month before is the previous calendar month (G1: calendar windows step by calendar month).
-- Prior 0 or less: null (sheet 3). Sales = sales_revenue: amounts won. Tier at each closing, so a group compares
-- what its members sold while they were in it.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, amount
    FROM opportunities
    WHERE status = 'won' AND closed_at >= DATE '2023-12-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL),
sums AS (
    SELECT m.period_start, g.tier,
           coalesce(sum(w.amount) FILTER (WHERE w.month = m.period_start), 0) AS now,
           coalesce(sum(w.amount) FILTER (WHERE w.month = m.period_start - INTERVAL 1 MONTH), 0) AS prior
    FROM months m CROSS JOIN groups g LEFT JOIN won w ON g.tier IS NULL OR w.tier = g.tier
    GROUP BY ALL)
SELECT period_start, tier, CASE WHEN prior > 0 THEN (now - prior) / prior END AS value
FROM sums ORDER BY ALL
