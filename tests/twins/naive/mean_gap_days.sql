-- Wrong: all gaps in one pot; the busiest account outweighs the others.
WITH gaps AS (
    SELECT m.period_start, a.account_id,
           epoch(a.occurred_at - lag(a.occurred_at) OVER (PARTITION BY m.period_start, a.account_id ORDER BY a.occurred_at)) / 86400 AS days
    FROM months m JOIN activities a ON a.occurred_at >= m.period_start AND a.occurred_at < m.period_end
    WHERE is_touch(a.kind, a.is_automated) AND a.account_id IS NOT NULL)
SELECT period_start, avg(days) AS value FROM gaps GROUP BY ALL ORDER BY ALL
