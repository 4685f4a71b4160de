-- Customers ordering in the month with >= 2 orders up to its end / customers ordering in the month (sheet 5, basis=to_date).
-- Orders, not lines; returns take no part (13 "Orders"). Counts accounts: orders of no account are ignored. Tier at the order.
WITH sales AS (SELECT DISTINCT order_id, account_id, ordered_at FROM orders WHERE kind = 'sale' AND account_id IS NOT NULL),
buyers AS (
    SELECT DISTINCT m.period_start AS month, tier_at(s.account_id, s.ordered_at) AS tier, s.account_id,
           (SELECT count(DISTINCT p.order_id) FROM sales p WHERE p.account_id = s.account_id AND p.ordered_at < m.period_end) >= 2 AS repeats
    FROM months m JOIN sales s ON s.ordered_at >= m.period_start AND s.ordered_at < m.period_end),
groups AS (SELECT DISTINCT tier FROM buyers UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(DISTINCT b.account_id) FILTER (WHERE b.repeats) / nullif(count(DISTINCT b.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN buyers b ON b.month = m.period_start AND (g.tier IS NULL OR b.tier = g.tier)
GROUP BY ALL ORDER BY ALL
