-- Wrong: a deal closed before its creation makes the others look faster; it is a mistake in the data and left out.
SELECT m.period_start, avg(epoch(o.closed_at - o.created_at) / 86400) AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.closed_at) = m.period_start
    AND o.status = 'won'
GROUP BY ALL ORDER BY ALL
