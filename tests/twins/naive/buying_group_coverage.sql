-- Naive: the roles somebody of the account holds are the whole; a role nobody holds is not missed.
WITH required AS (SELECT unnest(['champion', 'economic_buyer', 'user']) AS role),
known AS (
    SELECT m.period_start AS month, tier_before(c.account_id, m.period_end) AS tier, c.account_id, r.role,
           EXISTS (SELECT 1 FROM contacts p JOIN buying_roles b USING (contact_id) JOIN activities a ON a.contact_id = p.contact_id
                   WHERE p.account_id = c.account_id AND NOT p.is_internal AND b.buying_role = r.role AND points(a.kind) > 0
                     AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS engaged
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end CROSS JOIN required r
    WHERE EXISTS (SELECT 1 FROM contacts p JOIN buying_roles b USING (contact_id) WHERE p.account_id = c.account_id AND b.buying_role = r.role)),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.engaged) / nullif(count(k.engaged), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
