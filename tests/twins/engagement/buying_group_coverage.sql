-- Required roles with at least one engaged contact / required roles of the accounts, at the month's end t (sheet 1); sum / sum (G3).
-- Required roles: the workspace's buying_roles, here champion, economic_buyer, user (accountlens.yaml); the sheet names no
-- default. They are exactly the roles the contacts of the company hold, so "every role in use" gives the same.
-- Engaged = a contact of that role of the account with a qualifying event (points > 0) in [t - 90 d, t), as in account_penetration. A role
-- nobody of the account holds is required all the same; two contacts of one role fill it once; people without role, of another role or of
-- no account fill none; our own people are out (G6). Every account created before t (or undated) is in scope. Tier just before t.
WITH required AS (SELECT unnest(['champion', 'economic_buyer', 'user']) AS role),
known AS (
    SELECT m.period_start AS month, tier_before(c.account_id, m.period_end) AS tier, c.account_id, r.role,
           EXISTS (SELECT 1 FROM contacts p JOIN buying_roles b USING (contact_id) JOIN activities a ON a.contact_id = p.contact_id
                   WHERE p.account_id = c.account_id AND NOT p.is_internal AND b.buying_role = r.role AND points(a.kind) > 0
                     AND a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end) AS engaged
    FROM months m JOIN accounts c ON c.created_at IS NULL OR c.created_at < m.period_end CROSS JOIN required r),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.engaged) / nullif(count(k.engaged), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
