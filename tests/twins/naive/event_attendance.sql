-- Wrong: counts rows; who joins twice attended once.
SELECT m.period_start, count(a.activity_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND a.kind = 'event_attended'
GROUP BY ALL ORDER BY ALL
