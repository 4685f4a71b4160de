-- Sum of min(opening, closing) per account live at the month's opening / their MRR at the opening (sheet 5, cohort_snapshot).
-- Never above 1. Opening 0: null.
-- MRR of no account is money, so it stands in (unmatched) and in the total, as if one account (13 "Rows").
-- Live at t: started before t and not ended before t, so one ending exactly at the closing is still there (G2). What an account
-- does in between does not matter: gone and back inside the month is retained. Tier just before the opening, above and below the line.
WITH paying AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.account_id,
           sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_start)) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s
    GROUP BY m.period_start, m.period_end, s.account_id
    HAVING opening > 0),
groups AS (SELECT DISTINCT tier FROM paying UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, sum(least(p.opening, p.closing)) / sum(p.opening) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN paying p ON p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)
GROUP BY ALL ORDER BY ALL
