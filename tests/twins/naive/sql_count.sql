-- Wrong: believes the column; a lead without need, or never qualified by marketing, is no SQL.
SELECT m.period_start, count(DISTINCT l.person) AS value
FROM months m LEFT JOIN leads l ON date_trunc('month', l.became_sql_at) = m.period_start
GROUP BY ALL ORDER BY ALL
