-- Wrong: every mention and review, also the bad ones.
SELECT m.period_start, count(e.event_id) AS value
FROM months m LEFT JOIN advocacy_events e ON date_trunc('month', e.occurred_at) = m.period_start
    AND e.kind IN ('mention', 'review', 'referral')
GROUP BY ALL ORDER BY ALL
