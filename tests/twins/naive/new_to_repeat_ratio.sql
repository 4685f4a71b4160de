-- Wrong: the number of orders; the sheet asks for their value.
WITH placed AS (
    SELECT DISTINCT order_id, account_id, ordered_at,
           ordered_at = (SELECT min(f.ordered_at) FROM orders f WHERE f.kind = 'sale' AND f.account_id = s.account_id) AS is_first
    FROM orders s WHERE kind = 'sale' AND account_id IS NOT NULL)
SELECT m.period_start, count(*) FILTER (WHERE p.is_first) / nullif(count(*) FILTER (WHERE NOT p.is_first), 0)::DOUBLE AS value
FROM months m LEFT JOIN placed p ON date_trunc('month', p.ordered_at) = m.period_start
GROUP BY ALL ORDER BY ALL
