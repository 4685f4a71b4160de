-- Wrong: counts the rows of the file: a row sent twice, and what bots load.
SELECT m.period_start, count(r.activity_id) AS value
FROM months m LEFT JOIN raw('activities') r ON date_trunc('month', ts(r.occurred_at)) = m.period_start
    AND r.kind = 'content_downloaded'
GROUP BY ALL ORDER BY ALL
