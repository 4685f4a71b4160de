-- Wrong: those who stayed / customers at the start; the plain rate counts the new ones above the line.
WITH paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL GROUP BY m.period_start, m.period_end, s.account_id)
SELECT month AS period_start, count(*) FILTER (WHERE opening > 0 AND closing > 0) / nullif(count(*) FILTER (WHERE opening > 0), 0)::DOUBLE AS value
FROM paying GROUP BY month ORDER BY ALL
