-- Wrong: every account with an outgoing mail or call counts, customers and automated mail too.
SELECT m.period_start, count(DISTINCT a.account_id)::DOUBLE AS value
FROM months m LEFT JOIN activities a ON a.occurred_at >= m.period_start AND a.occurred_at < m.period_end
    AND (a.direction = 'outbound' OR a.kind = 'email_sent')
GROUP BY ALL ORDER BY ALL
