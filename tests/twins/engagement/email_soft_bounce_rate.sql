-- Messages with a soft bounce and no hard one / messages sent (sheet 1: bounce rates are divided by sent).
-- A message = message_id x contact, sent in the month, by hand or automated (13 "E-mail"); sent twice it is one, at its first time;
-- without message_id it is a message of its own. Bounces count whenever they come, up to the refresh (13 "as_of of cohorts").
-- AMBIGUOUS: a message that bounced soft and then hard (m7). Read: it is a hard one only, for "delivered = sent - hard - soft" has to
-- hold (sheet 1); counted in both, delivered would be -1 of 1. Tier at the sending, the event that makes the cohort.
WITH mails AS (
    SELECT coalesce(message_id, activity_id) AS message, contact_id, any_value(account_id) AS account_id, min(occurred_at) AS sent_at
    FROM activities WHERE kind = 'email_sent'
    GROUP BY ALL),
known AS (
    SELECT date_trunc('month', s.sent_at)::DATE AS month, tier_at(s.account_id, s.sent_at) AS tier,
           count(*) FILTER (WHERE e.kind = 'email_bounced' AND e.status = 'soft') > 0
               AND count(*) FILTER (WHERE e.kind = 'email_bounced' AND e.status = 'hard') = 0 AS bounced
    FROM mails s LEFT JOIN activities e ON e.message_id = s.message AND e.contact_id = s.contact_id
    WHERE s.sent_at >= DATE '2024-01-01' AND s.sent_at < DATE '2024-08-01'
    GROUP BY s.message, s.contact_id, s.account_id, s.sent_at),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.bounced) / nullif(count(k.bounced), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
