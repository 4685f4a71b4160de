-- Wrong: counts lines; an order of two lines makes no repeat customer.
WITH buyers AS (
    SELECT DISTINCT m.period_start, o.account_id,
           (SELECT count(*) FROM orders p WHERE p.account_id = o.account_id AND p.ordered_at < m.period_end) >= 2 AS repeats
    FROM months m JOIN orders o ON o.ordered_at >= m.period_start AND o.ordered_at < m.period_end WHERE o.account_id IS NOT NULL)
SELECT period_start, avg(repeats::INT) AS value FROM buyers GROUP BY ALL ORDER BY ALL
