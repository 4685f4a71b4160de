-- Wrong: counts acceptances, also those of accounts nobody knows; accepted twice is one account.
SELECT m.period_start, count(e.stage) AS value
FROM months m LEFT JOIN account_stage_events e ON date_trunc('month', e.occurred_at) = m.period_start
    AND e.stage = 'sqa'
GROUP BY ALL ORDER BY ALL
