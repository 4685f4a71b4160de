-- Per account the mean of the gaps between consecutive touches of the month, in days; mean over accounts (sheet 1, DESIGN 7).
-- The lead-in from the month's start and the open gap to its end are not between touches. Fewer than two touches: no value.
-- Mean of the account means, not of all gaps pooled: gaps live at account level, above it "the mean over accounts" (DESIGN 7).
-- Touches of no account are ignored. Tier just before the month's end t, as in max_gap_days.
WITH touches AS (SELECT account_id, occurred_at FROM activities WHERE is_touch(kind, is_automated) AND account_id IS NOT NULL),
gaps AS (
    SELECT m.period_start AS month, m.period_end, t.account_id,
           epoch(t.occurred_at - lag(t.occurred_at) OVER (PARTITION BY m.period_start, t.account_id ORDER BY t.occurred_at)) / 86400 AS days
    FROM months m JOIN touches t ON t.occurred_at >= m.period_start AND t.occurred_at < m.period_end),
mean_gaps AS (
    SELECT month, tier_before(account_id, period_end) AS tier, avg(days) AS days FROM gaps GROUP BY month, period_end, account_id),
groups AS (SELECT DISTINCT tier FROM mean_gaps UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(x.days) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN mean_gaps x ON x.month = m.period_start AND (g.tier IS NULL OR x.tier = g.tier)
GROUP BY ALL ORDER BY ALL
