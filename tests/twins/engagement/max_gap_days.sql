-- Per account the greatest of the gaps between consecutive touches of the month and the open gap last touch -> month's end t;
-- mean over accounts (sheet 1, DESIGN 7). The lead-in from the month's start to its first touch is no gap.
-- AMBIGUOUS: an account without a touch in the month. Read: "last touch" is the last ever before t, as in days_since_last, so its
-- open gap runs on from an earlier month. Never touched: no value. Tier just before t.
WITH touches AS (SELECT account_id, occurred_at FROM activities WHERE is_touch(kind, is_automated) AND account_id IS NOT NULL),
gaps AS (
    SELECT m.period_start AS month, m.period_end, t.account_id,
           epoch(t.occurred_at - lag(t.occurred_at) OVER (PARTITION BY m.period_start, t.account_id ORDER BY t.occurred_at)) / 86400 AS days
    FROM months m JOIN touches t ON t.occurred_at >= m.period_start AND t.occurred_at < m.period_end
    UNION ALL
    SELECT m.period_start, m.period_end, t.account_id, epoch(m.period_end - max(t.occurred_at)) / 86400
    FROM months m JOIN touches t ON t.occurred_at < m.period_end
    GROUP BY m.period_start, m.period_end, t.account_id),
greatest_gaps AS (
    SELECT month, tier_before(account_id, period_end) AS tier, max(days) AS days FROM gaps GROUP BY month, period_end, account_id),
groups AS (SELECT DISTINCT tier FROM greatest_gaps UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(x.days) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN greatest_gaps x ON x.month = m.period_start AND (g.tier IS NULL OR x.tier = g.tier)
GROUP BY ALL ORDER BY ALL
