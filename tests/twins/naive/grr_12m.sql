-- Wrong: capped on the sum instead of per account, so the growth of one customer hides the loss of another.
WITH paying AS (
    SELECT m.period_start AS month, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end - INTERVAL 12 MONTHS)), 0) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s GROUP BY m.period_start, m.period_end, s.account_id)
SELECT month AS period_start, least(sum(opening), sum(closing) FILTER (WHERE opening > 0)) / nullif(sum(opening), 0) AS value
FROM paying GROUP BY month ORDER BY ALL
