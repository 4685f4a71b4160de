-- Wrong: whatever subscription ends; a customer who swaps plans has not left.
SELECT m.period_start, -coalesce(sum(s.mrr), 0) AS value
FROM months m LEFT JOIN subscriptions s ON date_trunc('month', s.ended_on) = m.period_start
GROUP BY ALL ORDER BY ALL
