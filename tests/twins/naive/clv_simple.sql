-- Wrong: sales gross of what came back: returns are left in the revenue.
WITH sales AS (
    SELECT m.period_start AS month, o.account_id, o.order_id, o.amount
    FROM months m JOIN orders o ON o.ordered_at >= m.period_end - INTERVAL 12 MONTHS AND o.ordered_at < m.period_end
    WHERE o.account_id IS NOT NULL AND o.kind = 'sale'),
paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end - INTERVAL 12 MONTHS)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL GROUP BY m.period_start, m.period_end, s.account_id)
SELECT m.period_start,
       (SELECT sum(s.amount) / count(DISTINCT s.account_id) FROM sales s WHERE s.month = m.period_start)
       / nullif((SELECT count(*) FILTER (WHERE p.opening > 0 AND p.closing = 0) / nullif(count(*) FILTER (WHERE p.opening > 0), 0)::DOUBLE
                 FROM paying p WHERE p.month = m.period_start), 0) AS value
FROM months m ORDER BY ALL
