-- Accounts that are marketing qualified at the month's end t (sheet 2): points of [t - 90 d, t) >= 100, people >= 2, fit >= 50.
-- "Qualified at as_of" is read: the tests hold, also for an account that came back inside its cooldown and is no new entry.
-- Tier just before t; rows of no account are ignored.
WITH qualified AS (
    SELECT m.period_start AS month, tier_before(a.account_id, m.period_end) AS tier, a.account_id
    FROM months m JOIN activities a ON a.occurred_at >= m.period_end - INTERVAL 90 DAYS AND a.occurred_at < m.period_end
    JOIN accounts c USING (account_id)
    WHERE c.fit_score >= 50 AND points(a.kind) > 0
    GROUP BY m.period_start, m.period_end, a.account_id
    HAVING sum(points(a.kind)) >= 100 AND count(DISTINCT a.contact_id) >= 2),
groups AS (SELECT DISTINCT tier FROM qualified UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(q.account_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN qualified q ON q.month = m.period_start AND (g.tier IS NULL OR q.tier = g.tier)
GROUP BY ALL ORDER BY ALL
