-- Wrong: every mention and review, also the bad ones.
SELECT m.period_start, coalesce(sum(CASE e.kind WHEN 'mention' THEN 1 WHEN 'review' THEN 3 ELSE 5 END), 0) AS value
FROM months m LEFT JOIN advocacy_events e ON date_trunc('month', e.occurred_at) = m.period_start
    AND e.kind IN ('mention', 'review', 'referral')
GROUP BY ALL ORDER BY ALL
