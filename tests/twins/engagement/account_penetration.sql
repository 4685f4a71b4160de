-- Known contacts with >= 1 qualifying event (points > 0) in [t - 90 d, t) / known contacts, t = the month's end (sheet 1); sum / sum (G3).
-- Known = created before t, or without a date; our own people are out (G6). Contacts of no account are rows, not accounts: they
-- stand in (unmatched) and in the total (13 "Rows"; G6: never dropped), as they do in stakeholders_engaged, the count above the line.
-- Tier of the contact's account just before t.
WITH known AS (
    SELECT m.period_start AS month, tier_before(c.account_id, m.period_end) AS tier,
           EXISTS (SELECT 1 FROM activities a WHERE a.contact_id = c.contact_id AND points(a.kind) > 0
                   AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS engaged
    FROM months m JOIN contacts c ON NOT c.is_internal AND (c.created_at IS NULL OR c.created_at < m.period_end)),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.engaged) / nullif(count(k.engaged), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
