-- Wrong: opening against closing; down and up again inside the month is missed.
WITH paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s GROUP BY m.period_start, m.period_end, s.account_id)
SELECT month AS period_start, -coalesce(sum(opening - closing) FILTER (WHERE closing > 0 AND closing < opening), 0) AS value
FROM paying GROUP BY month ORDER BY ALL
