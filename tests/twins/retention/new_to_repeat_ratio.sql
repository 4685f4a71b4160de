-- Value of the month's first-ever orders / value of its later orders (sheet 5, basis=value). No later orders: null.
-- Returns take no part (13 "Orders"): a return is no first order and lowers no value. First ever = the account's earliest sale, in or
-- before the asked months, with all its lines. AMBIGUOUS: orders of no account. Read: nobody's first and nobody's later order, so in
-- neither part. Euros at the order's date. Tier at the order.
WITH sales AS (SELECT * FROM orders WHERE kind = 'sale' AND account_id IS NOT NULL),
placed AS (
    SELECT date_trunc('month', ordered_at)::DATE AS month, tier_at(account_id, ordered_at) AS tier, amount,
           ordered_at = (SELECT min(f.ordered_at) FROM sales f WHERE f.account_id = s.account_id) AS is_first
    FROM sales s
    WHERE ordered_at >= DATE '2024-01-01' AND ordered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM placed UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       coalesce(sum(p.amount) FILTER (WHERE p.is_first), 0) / nullif(sum(p.amount) FILTER (WHERE NOT p.is_first), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN placed p ON p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)
GROUP BY ALL ORDER BY ALL
