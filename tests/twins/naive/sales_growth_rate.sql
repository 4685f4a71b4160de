-- Wrong: growth on this month's sales; it is a share of the month before.
WITH sums AS (
    SELECT m.period_start, coalesce(sum(o.amount) FILTER (WHERE o.closed_at >= m.period_start AND o.closed_at < m.period_end), 0) AS now,
           coalesce(sum(o.amount) FILTER (WHERE o.closed_at >= m.period_start - INTERVAL 1 MONTH AND o.closed_at < m.period_start), 0) AS prior
    FROM months m CROSS JOIN opportunities o WHERE o.status = 'won' GROUP BY m.period_start, m.period_end)
SELECT period_start, (now - prior) / nullif(now, 0) AS value FROM sums ORDER BY ALL
