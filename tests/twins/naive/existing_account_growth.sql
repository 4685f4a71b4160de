-- Wrong: sales of two months to the customers of the later one's beginning: who was won in between grows from nothing.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities WHERE status = 'won' AND account_id IS NOT NULL GROUP BY ALL),
sums AS (
    SELECT m.period_start, sum(o.amount) FILTER (WHERE o.closed_at >= m.period_start) AS now, sum(o.amount) FILTER (WHERE o.closed_at < m.period_start) AS prior
    FROM months m JOIN opportunities o ON o.status = 'won' AND o.closed_at >= m.period_start - INTERVAL 1 MONTH AND o.closed_at < m.period_end
    JOIN firsts f ON f.account_id = o.account_id AND f.won_at < m.period_start
    GROUP BY ALL)
SELECT m.period_start, CASE WHEN s.prior > 0 THEN (coalesce(s.now, 0) - s.prior) / s.prior END AS value
FROM months m LEFT JOIN sums s USING (period_start) ORDER BY ALL
