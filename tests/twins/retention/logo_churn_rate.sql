-- Customers of the opening snapshot not live at the closing / customers of the opening (sheet 5, method=snapshot).
-- Won and lost inside the month: in neither. Nobody at the opening: null.
-- Counts accounts: subscriptions of no account are ignored (13 "Rows").
-- Live at t: started before t and not ended before t, so one ending exactly at the closing is still there (G2). What an account
-- does in between does not matter: gone and back inside the month is retained. Tier just before the opening, above and below the line.
WITH paying AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.account_id,
           sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s WHERE s.account_id IS NOT NULL
    GROUP BY m.period_start, m.period_end, s.account_id
    HAVING opening > 0),
groups AS (SELECT DISTINCT tier FROM paying UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE p.closing = 0) / nullif(count(p.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN paying p ON p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)
GROUP BY ALL ORDER BY ALL
