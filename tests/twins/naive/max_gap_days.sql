-- Wrong: only gaps between two touches; the one that is still open at the month's end is left out.
WITH gaps AS (
    SELECT m.period_start, a.account_id,
           epoch(a.occurred_at - lag(a.occurred_at) OVER (PARTITION BY m.period_start, a.account_id ORDER BY a.occurred_at)) / 86400 AS days
    FROM months m JOIN activities a ON a.occurred_at >= m.period_start AND a.occurred_at < m.period_end
    WHERE is_touch(a.kind, a.is_automated) AND a.account_id IS NOT NULL),
greatest_gaps AS (SELECT period_start, account_id, max(days) AS days FROM gaps GROUP BY ALL)
SELECT period_start, avg(days) AS value FROM greatest_gaps GROUP BY ALL ORDER BY ALL
