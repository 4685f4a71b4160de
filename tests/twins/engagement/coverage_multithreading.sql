-- Engaged contacts per open opportunity at the month's end t, mean over the open opportunities (sheet 1).
-- AMBIGUOUS: whose contacts. Read: those opportunity_contacts names for the opportunity; where it names nobody, the contacts of the
-- account (as touches_to_closure falls back). Engaged = a qualifying event (points > 0) in [t - 90 d, t); people, not events.
-- Our own people are out (G6), also as named ones. Open at t as in pipeline_value_open. An opportunity with nobody engaged, or of no
-- account, counts with 0. No open one: null. Tier just before t.
WITH engaged AS (
    SELECT DISTINCT m.period_start AS month, a.contact_id, c.account_id
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
    JOIN contacts c USING (contact_id) WHERE points(a.kind) > 0 AND NOT c.is_internal),
named AS (
    SELECT l.opportunity_id, l.contact_id FROM opportunity_contacts l JOIN contacts c USING (contact_id) WHERE NOT c.is_internal),
open_then AS (
    SELECT m.period_start AS month, tier_before(o.account_id, m.period_end) AS tier,
           CASE WHEN EXISTS (SELECT 1 FROM named n WHERE n.opportunity_id = o.opportunity_id)
                THEN (SELECT count(*) FROM engaged e JOIN named n USING (contact_id)
                      WHERE n.opportunity_id = o.opportunity_id AND e.month = m.period_start)
                ELSE (SELECT count(*) FROM engaged e WHERE e.account_id = o.account_id AND e.month = m.period_start) END AS people
    FROM months m
    JOIN opportunities o ON o.created_at < m.period_end AND (o.status = 'open' OR o.closed_at >= m.period_end)),
groups AS (SELECT DISTINCT tier FROM open_then UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(o.people) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN open_then o ON o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)
GROUP BY ALL ORDER BY ALL
