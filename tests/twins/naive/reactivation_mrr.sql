-- Wrong: whatever starts after an earlier subscription, also where none had ended: second plans and swaps.
SELECT m.period_start, coalesce(sum(s.mrr), 0) AS value
FROM months m LEFT JOIN subscriptions s ON date_trunc('month', s.started_on) = m.period_start
    AND EXISTS (SELECT 1 FROM subscriptions e WHERE e.account_id = s.account_id AND e.started_on < s.started_on)
GROUP BY ALL ORDER BY ALL
