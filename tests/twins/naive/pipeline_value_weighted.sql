-- Wrong: today's status, amount and probability.
SELECT m.period_start, coalesce(sum(o.amount * o.probability), 0) AS value
FROM months m LEFT JOIN opportunities o
    ON o.status = 'open' AND o.created_at < m.period_end
GROUP BY ALL ORDER BY ALL
