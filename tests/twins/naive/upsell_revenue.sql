-- Wrong: by the month the deal was created; it is booked when it is won.
SELECT m.period_start, coalesce(sum(o.amount), 0) AS value
FROM months m LEFT JOIN opportunities o ON date_trunc('month', o.created_at) = m.period_start
    AND o.status = 'won' AND o.type = 'upsell'
GROUP BY ALL ORDER BY ALL
