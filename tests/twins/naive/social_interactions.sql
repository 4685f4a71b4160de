-- Wrong: counts the rows of the file, also those of bots and of our own people.
SELECT m.period_start, count(r.activity_id) AS value
FROM months m LEFT JOIN raw('activities') r ON date_trunc('month', ts(r.occurred_at)) = m.period_start
    AND r.kind = 'social_interaction'
GROUP BY ALL ORDER BY ALL
