-- Touches in the month x 30 / (accounts x days of the month) (sheet 1).
-- Accounts = all in scope created before the month's end, or without a date (13 "Engagement"). Touches of no account are in the
-- total above the line; below it they add no account, so the group (unmatched) itself is null.
-- A touch without direction counts here. Tier of a touch at the touch, of an account just before the month's end.
WITH touches AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier
    FROM activities
    WHERE is_touch(kind, is_automated) AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
present AS (
    SELECT m.period_start AS month, tier_before(a.account_id, m.period_end) AS tier
    FROM months m JOIN accounts a ON a.created_at IS NULL OR a.created_at < m.period_end),
groups AS (SELECT tier FROM touches UNION SELECT tier FROM present UNION SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(*) FROM touches t WHERE t.month = m.period_start AND (g.tier IS NULL OR t.tier = g.tier)) * 30
       / nullif((SELECT count(*) FROM present p WHERE p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier))
                * (m.period_end - m.period_start), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
