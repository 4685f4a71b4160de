-- Wrong: who qualifies at the month's end and did not at its start; who came and went in between is missed.
-- And points alone: neither fit nor the second person is asked for.
WITH tested AS (
    SELECT m.period_start, a.account_id,
           sum(points(a.kind)) FILTER (WHERE a.occurred_at >= m.period_end - INTERVAL 90 DAYS) AS now,
           sum(points(a.kind)) FILTER (WHERE a.occurred_at >= m.period_start - INTERVAL 90 DAYS AND a.occurred_at < m.period_start) AS before
    FROM months m JOIN activities a ON a.occurred_at < m.period_end WHERE a.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, a.account_id)
SELECT period_start, count(*) FILTER (WHERE now >= 100 AND coalesce(before, 0) < 100) AS value FROM tested GROUP BY ALL ORDER BY ALL
