-- Wrong: divides by what was delivered; bounces are a share of what was sent.
WITH mails AS (
    SELECT coalesce(message_id, activity_id) AS message, contact_id, min(occurred_at) AS sent_at
    FROM activities WHERE kind = 'email_sent' GROUP BY ALL),
known AS (
    SELECT date_trunc('month', s.sent_at)::DATE AS month,
           count(*) FILTER (WHERE e.kind = 'email_bounced' AND e.status = 'hard') > 0 AS hard,
           count(*) FILTER (WHERE e.kind = 'email_bounced' AND e.status = 'soft') > 0 AS soft,
           count(*) FILTER (WHERE e.kind = 'email_opened') > 0 AS opened
    FROM mails s LEFT JOIN activities e ON e.message_id = s.message AND e.contact_id = s.contact_id
    GROUP BY s.message, s.contact_id, s.sent_at)
SELECT m.period_start, count(*) FILTER (WHERE k.hard)
       / nullif(count(*) FILTER (WHERE NOT k.hard AND NOT k.soft), 0)::DOUBLE AS value
FROM months m LEFT JOIN known k ON k.month = m.period_start
GROUP BY ALL ORDER BY ALL
