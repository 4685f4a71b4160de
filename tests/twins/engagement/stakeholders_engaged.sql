-- Distinct contacts with >= 1 qualifying event (points > 0) in [t - 90 d, t), t = the month's end (sheet 1).
-- Person = contact id (G6). People of no account stand in (unmatched) and in the total. Tier of the event's account just before t.
WITH engaged AS (
    SELECT DISTINCT m.period_start AS month, tier_before(a.account_id, m.period_end) AS tier, a.contact_id
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
    WHERE a.contact_id IS NOT NULL AND points(a.kind) > 0),
groups AS (SELECT DISTINCT tier FROM engaged UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(DISTINCT e.contact_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN engaged e ON e.month = m.period_start AND (g.tier IS NULL OR e.tier = g.tier)
GROUP BY ALL ORDER BY ALL
