WITH placed AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p,
        count(*) FILTER (WHERE order_number >= 2 AND account_id IS NOT NULL) AS later_orders,
        count(*) FILTER (WHERE order_number IS NOT NULL AND account_id IS NOT NULL) AS orders,
        sum(amount) FILTER (WHERE order_number = 1) AS first_value, sum(amount) FILTER (WHERE order_number >= 2) AS later_value,
        sum(amount) FILTER (WHERE lower(source) IN ('reference', 'referral')) AS by_reference, sum(amount) AS revenue
    FROM order_ranks JOIN months m ON ordered_at >= m.lo AND ordered_at < m.hi GROUP BY 1, 2
), year_of_orders AS (
    SELECT account_id, m.p, sum(amount) AS ordered, count(*) FILTER (WHERE NOT is_return) AS orders
    FROM order_ranks JOIN months m ON ordered_at >= m.year_lo AND ordered_at < m.hi
    WHERE account_id IS NOT NULL GROUP BY 1, 2
), customers AS (
    -- lost within the year
    SELECT account_id, m.p
    FROM customer_spells JOIN months m ON started_at < m.hi AND (ended_at IS NULL OR ended_at >= m.year_lo)
    GROUP BY 1, 2
    HAVING bool_or(started_at < m.year_lo) AND NOT bool_or(ended_at IS NULL OR ended_at >= m.hi)
), lines AS (
    SELECT COALESCE(account_id, '(unmatched)') AS account_id, m.p, sum(value) FILTER (WHERE ordered_at >= m.lo) AS now,
        sum(value) FILTER (WHERE ordered_at < m.lo) AS before
    FROM orders JOIN months m ON ordered_at >= m.before_lo AND ordered_at < m.hi,
        LATERAL (SELECT CASE WHEN kind = 'return' THEN -abs(amount) ELSE amount END AS value)
    GROUP BY 1, 2
)
SELECT account_id, p, CASE WHEN later_orders > 0 THEN 1 WHEN p.orders > 0 THEN 0 END AS repeat_customer_share,
    COALESCE(by_reference, 0) / nullif(revenue, 0) AS reference_sales_share,
    COALESCE(first_value, 0) / nullif(later_value, 0) AS new_to_repeat_ratio,
    CASE WHEN before > 0 THEN COALESCE(now, 0) / before - 1 END AS revenue_growth_rate,
    CASE WHEN c.p IS NOT NULL AND y.orders > 0 THEN ordered END AS clv_simple
FROM placed p FULL JOIN lines USING (account_id, p) FULL JOIN year_of_orders y USING (account_id, p)
    LEFT JOIN customers c USING (account_id, p)
