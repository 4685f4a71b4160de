-- Wrong: counts automated mail, so a newsletter looks like a thousand touches.
SELECT m.period_start, count(a.activity_id) AS value
FROM months m LEFT JOIN activities a ON date_trunc('month', a.occurred_at) = m.period_start
    AND a.direction = 'outbound' AND a.kind IN ('call', 'meeting', 'message', 'chat', 'email_sent')
GROUP BY ALL ORDER BY ALL
