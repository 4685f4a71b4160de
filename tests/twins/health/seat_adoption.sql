-- Distinct licensed users active in [t - 30 d, t) / seats, t = the month's end (sheet 7).
-- A licence row without feature = seats of the account, with feature = that entitlement (13 "Licences"). Seats: rows live at t.
-- Usage outside licence or entitlement is ignored (sheet 7): the account has seats live at t and at the use; where the account has
-- entitlements, the feature used is one of them; a use that names no feature counts. Never clamped. No seats: null.
-- Our own people are out (G6). Tier just before t.
WITH seats AS (
    SELECT m.period_start AS month, m.period_end, l.account_id, tier_before(l.account_id, m.period_end) AS tier, l.seats, l.started_on, l.ended_on
    FROM months m JOIN licences l ON l.feature IS NULL AND live(l.started_on, l.ended_on, m.period_end)),
users AS (
    SELECT DISTINCT s.month, s.tier, u.contact_id
    FROM seats s JOIN usage_events u ON u.account_id = s.account_id
        AND u.occurred_at >= s.period_end - INTERVAL 30 DAYS AND u.occurred_at < s.period_end
    WHERE EXISTS (SELECT 1 FROM licences l WHERE l.account_id = u.account_id AND l.feature IS NULL
                  AND l.started_on <= u.occurred_at AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on))
      AND (u.feature IS NULL
           OR NOT EXISTS (SELECT 1 FROM licences e WHERE e.account_id = u.account_id AND e.feature IS NOT NULL)
           OR EXISTS (SELECT 1 FROM licences e WHERE e.account_id = u.account_id AND e.feature = u.feature
                      AND e.started_on <= u.occurred_at AND (e.ended_on IS NULL OR u.occurred_at < e.ended_on)))),
groups AS (SELECT DISTINCT tier FROM seats UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(DISTINCT u.contact_id) FROM users u WHERE u.month = m.period_start AND (g.tier IS NULL OR u.tier = g.tier))
       / nullif((SELECT sum(s.seats) FROM seats s WHERE s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)), 0) AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
