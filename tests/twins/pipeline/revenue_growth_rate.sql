-- (revenue of the month - revenue of the month before) / revenue of the month before; prior 0 or less: null (sheet 3).
-- AMBIGUOUS: the sheet names sales and revenue growth in one breath. Sales = amounts won (sales_growth_rate), so revenue is read
-- as what was really ordered: order revenue, net of returns (13 "Orders"), at the rate of the order's date.
-- Returns carry negative amounts. Tier at each order.
WITH lines AS (
    SELECT date_trunc('month', ordered_at)::DATE AS month, tier_at(account_id, ordered_at) AS tier, amount
    FROM orders
    WHERE ordered_at >= DATE '2023-12-01' AND ordered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM lines UNION ALL SELECT NULL),
sums AS (
    SELECT m.period_start, g.tier,
           coalesce(sum(l.amount) FILTER (WHERE l.month = m.period_start), 0) AS now,
           coalesce(sum(l.amount) FILTER (WHERE l.month = m.period_start - INTERVAL 1 MONTH), 0) AS prior
    FROM months m CROSS JOIN groups g LEFT JOIN lines l ON g.tier IS NULL OR l.tier = g.tier
    GROUP BY ALL)
SELECT period_start, tier, CASE WHEN prior > 0 THEN (now - prior) / prior END AS value
FROM sums ORDER BY ALL
