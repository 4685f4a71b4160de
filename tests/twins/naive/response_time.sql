-- Wrong: any next comment answers, also a bot's or an internal note.
WITH answered AS (
    SELECT date_trunc('month', q.occurred_at)::DATE AS month,
           epoch((SELECT min(r.occurred_at) FROM ticket_comments r
                  WHERE r.ticket_id = q.ticket_id AND r.author_kind <> 'customer' AND r.occurred_at > q.occurred_at) - q.occurred_at) / 3600 AS hours
    FROM ticket_comments q WHERE q.author_kind = 'customer')
SELECT m.period_start, median(a.hours) AS value
FROM months m LEFT JOIN answered a ON a.month = m.period_start GROUP BY ALL ORDER BY ALL
