-- Wrong: every call and meeting; a voicemail is no conversation.
SELECT m.period_start, count(a.activity_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND a.kind IN ('call', 'meeting')
GROUP BY ALL ORDER BY ALL
