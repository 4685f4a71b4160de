-- Wrong: every inbound row; a page view or a podcast is no touch.
SELECT m.period_start, count(a.activity_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND a.direction = 'inbound'
GROUP BY ALL ORDER BY ALL
