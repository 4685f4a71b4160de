-- Target accounts with at least one program touch in the month / target accounts, at the month's end t (sheet 1).
-- Target account = on the list target, group target (control is not), just before t (G7). An event counts when the account is on the
-- list at the event (G7, membership=at_event): what reached a02 in March before it joined does not.
-- Program touch, literally "impression, mail delivered, outreach, visit": ad_impression; a mail sent and not bounced, by hand or
-- automated (13 "E-mail"); an outbound call, meeting, message or chat; page_view. AMBIGUOUS: downloads, forms, events, social, ad
-- clicks are not in that list and do not count; nor does an inbound call. Tier just before t, above and below the line.
WITH program AS (
    SELECT a.account_id, a.occurred_at FROM activities a
    WHERE a.kind IN ('ad_impression', 'page_view')
       OR (a.kind IN ('call', 'meeting', 'message', 'chat') AND a.direction = 'outbound')
       OR (a.kind = 'email_sent' AND NOT EXISTS (SELECT 1 FROM activities b WHERE b.kind = 'email_bounced'
                                                 AND b.message_id = a.message_id AND b.contact_id = a.contact_id))),
targets AS (
    SELECT DISTINCT m.period_start AS month, m.period_end, t.account_id, tier_before(t.account_id, m.period_end) AS tier
    FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_end)),
reach AS (
    SELECT t.month, t.tier,
           EXISTS (SELECT 1 FROM program p JOIN target_members l ON l.account_id = p.account_id
                       AND l.joined_at <= p.occurred_at AND (l.left_at IS NULL OR p.occurred_at < l.left_at)
                   WHERE p.account_id = t.account_id AND p.occurred_at >= t.month AND p.occurred_at < t.period_end) AS reached
    FROM targets t),
groups AS (SELECT DISTINCT tier FROM reach UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE r.reached) / nullif(count(r.reached), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN reach r ON r.month = m.period_start AND (g.tier IS NULL OR r.tier = g.tier)
GROUP BY ALL ORDER BY ALL
