-- Messages clicked at least once / messages delivered (sheet 1).
-- A message = message_id x contact, sent in the month, by hand or automated (13 "E-mail"); sent twice it is one, at its first time.
-- A mail without message_id is a message of its own (AMBIGUOUS; "all mails sent": none is dropped).
-- delivered = sent - bounced, whenever the bounce came. Opens and clicks up to the refresh, 2024-09-01, also months later (13
-- "as_of of cohorts"); machine opens, bots and our own people are out (sheet 1, G6). A click without an open adds no open.
-- Tier at the sending, the event that makes the cohort.
WITH mails AS (
    SELECT coalesce(message_id, activity_id) AS message, contact_id, any_value(account_id) AS account_id, min(occurred_at) AS sent_at
    FROM activities WHERE kind = 'email_sent'
    GROUP BY ALL),
known AS (
    SELECT date_trunc('month', s.sent_at)::DATE AS month, tier_at(s.account_id, s.sent_at) AS tier,
           count(*) FILTER (WHERE e.kind = 'email_bounced') = 0 AS delivered,
           count(*) FILTER (WHERE e.kind = 'email_opened') > 0 AS opened,
           count(*) FILTER (WHERE e.kind = 'email_clicked') > 0 AS clicked
    FROM mails s LEFT JOIN activities e ON e.message_id = s.message AND e.contact_id = s.contact_id
    WHERE s.sent_at >= DATE '2024-01-01' AND s.sent_at < DATE '2024-08-01'
    GROUP BY s.message, s.contact_id, s.account_id, s.sent_at),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.clicked) / nullif(count(*) FILTER (WHERE k.delivered), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
