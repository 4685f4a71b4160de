-- Days from the last touch to the month's end t (sheet 1), mean over accounts (DESIGN 7: gaps live at account level).
-- The last touch ever before t, not only of the month. Accounts never touched have no value and take no part in the mean.
-- Touches of no account are ignored: there is no account whose gap it would be. Tier just before t.
WITH gaps AS (
    SELECT m.period_start AS month, tier_before(a.account_id, m.period_end) AS tier,
           epoch(m.period_end - max(a.occurred_at)) / 86400 AS days
    FROM months m JOIN activities a ON a.occurred_at < m.period_end AND is_touch(a.kind, a.is_automated)
    WHERE a.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, a.account_id),
groups AS (SELECT DISTINCT tier FROM gaps UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(x.days) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN gaps x ON x.month = m.period_start AND (g.tier IS NULL OR x.tier = g.tier)
GROUP BY ALL ORDER BY ALL
