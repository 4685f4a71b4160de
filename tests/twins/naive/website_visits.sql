-- Wrong: counts page views; a visit of five pages is one.
SELECT m.period_start, count(a.activity_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND a.kind = 'page_view'
GROUP BY ALL ORDER BY ALL
