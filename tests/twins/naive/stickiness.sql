-- Wrong: the mean over the days with users; silent days are days too.
WITH daily AS (
    SELECT m.period_start, u.occurred_at::DATE AS day, count(DISTINCT u.contact_id) AS users
    FROM months m JOIN usage_events u ON u.occurred_at >= m.period_end - INTERVAL 30 DAYS AND u.occurred_at < m.period_end GROUP BY ALL),
monthly AS (
    SELECT m.period_start, count(DISTINCT u.contact_id) AS users
    FROM months m JOIN usage_events u ON u.occurred_at >= m.period_end - INTERVAL 30 DAYS AND u.occurred_at < m.period_end GROUP BY ALL)
SELECT period_start, avg(daily.users) / nullif(any_value(monthly.users), 0) AS value
FROM daily JOIN monthly USING (period_start) GROUP BY ALL ORDER BY ALL
