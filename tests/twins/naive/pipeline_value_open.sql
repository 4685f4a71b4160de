-- Wrong: what is open today, with today's amounts; what has closed since then was open at the time.
SELECT m.period_start, coalesce(sum(o.amount), 0) AS value
FROM months m LEFT JOIN opportunities o
    ON o.status = 'open' AND o.created_at < m.period_end
GROUP BY ALL ORDER BY ALL
