-- Wrong: looks for the last touch in the month only, so the accounts with the longest gaps drop out.
WITH gaps AS (
    SELECT m.period_start, a.account_id, epoch(m.period_end - max(a.occurred_at)) / 86400 AS days
    FROM months m JOIN activities a ON a.occurred_at >= m.period_start AND a.occurred_at < m.period_end
    WHERE is_touch(a.kind, a.is_automated) AND a.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, a.account_id)
SELECT period_start, avg(days) AS value FROM gaps GROUP BY ALL ORDER BY ALL
