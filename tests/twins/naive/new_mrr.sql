-- Wrong: whatever subscription starts; a swap, a second plan and a customer who comes back are not new.
SELECT m.period_start, coalesce(sum(s.mrr), 0) AS value
FROM months m LEFT JOIN subscriptions s ON date_trunc('month', s.started_on) = m.period_start
GROUP BY ALL ORDER BY ALL
