-- Wrong: counts rows; who qualifies a second time is no new person.
SELECT m.period_start, count(l.lead_id) AS value
FROM months m LEFT JOIN leads l ON date_trunc('month', l.became_mql_at) = m.period_start
GROUP BY ALL ORDER BY ALL
