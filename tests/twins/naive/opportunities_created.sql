-- Wrong: forgets what was disqualified later; it was created all the same.
SELECT m.period_start, count(o.opportunity_id) AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.created_at) = m.period_start
    AND o.status <> 'disqualified'
GROUP BY ALL ORDER BY ALL
