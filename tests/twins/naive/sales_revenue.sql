-- Wrong: adds dollars and francs as if they were euros.
SELECT m.period_start, coalesce(sum(o.amount_own), 0) AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.closed_at) = m.period_start
    AND o.status = 'won'
GROUP BY ALL ORDER BY ALL
