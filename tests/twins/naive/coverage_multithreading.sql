-- Naive: the mean over opportunities with anybody engaged; those with nobody, the ones to worry about, are left out.
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
SELECT m.period_start, g.tier, avg(o.people) FILTER (WHERE o.people > 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN open_then o ON o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)
GROUP BY ALL ORDER BY ALL
