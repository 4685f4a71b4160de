-- Wrong: counts rows; Kim is one person, with and without capitals.
SELECT m.period_start, count(l.lead_id) AS value
FROM months m LEFT JOIN leads l ON date_trunc('month', l.created_at) = m.period_start
GROUP BY ALL ORDER BY ALL
