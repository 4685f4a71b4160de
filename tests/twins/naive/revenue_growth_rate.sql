-- Wrong: returns are forgotten: what came back is still counted as sold.
WITH sums AS (
    SELECT m.period_start, coalesce(sum(o.amount) FILTER (WHERE o.ordered_at >= m.period_start AND o.ordered_at < m.period_end), 0) AS now,
           coalesce(sum(o.amount) FILTER (WHERE o.ordered_at >= m.period_start - INTERVAL 1 MONTH AND o.ordered_at < m.period_start), 0) AS prior
    FROM months m CROSS JOIN orders o WHERE o.kind = 'sale' GROUP BY m.period_start, m.period_end)
SELECT period_start, CASE WHEN prior > 0 THEN (now - prior) / prior END AS value FROM sums ORDER BY ALL
