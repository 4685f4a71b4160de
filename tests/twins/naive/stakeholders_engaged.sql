-- Wrong: people of the month only, and whatever they did; the sheet looks back 90 days.
SELECT m.period_start, count(DISTINCT a.contact_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
GROUP BY ALL ORDER BY ALL
