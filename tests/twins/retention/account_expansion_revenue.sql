-- Expansion MRR of existing accounts in the month (sheet 5): the sum of the movements called expansion.
-- "Expansion MRR (or upsell + cross-sell bookings)": the first-named form. Gross of contraction. An account is existing when it had
-- MRR the moment before: new and reactivation are not expansion. Movements as in expansion_mrr; tier at the day's 00:00.
WITH days AS (SELECT d::DATE AS day FROM generate_series(TIMESTAMP '2023-10-01', TIMESTAMP '2024-07-31', INTERVAL 1 DAY) AS g(d)),
states AS (  -- per account and day: MRR at the day's start and at its end, for every day from the very first subscription on
    SELECT d.day, s.account_id,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, d.day)), 0) AS before,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, d.day + INTERVAL 1 DAY)), 0) AS after
    FROM days d CROSS JOIN subscriptions s GROUP BY d.day, s.account_id),
moves AS (
    SELECT date_trunc('month', day)::DATE AS month, tier_at(account_id, day) AS tier, after - before AS change,
           CASE WHEN before = 0 AND coalesce(max(before) OVER (PARTITION BY account_id ORDER BY day), 0) = 0 THEN 'new'
                WHEN before = 0 THEN 'reactivation'
                WHEN after = 0 THEN 'churn'
                WHEN after > before THEN 'expansion' ELSE 'contraction' END AS movement
    FROM states
    QUALIFY after <> before AND day >= DATE '2024-01-01'),
groups AS (SELECT DISTINCT tier FROM moves UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(v.change) FILTER (WHERE v.movement = 'expansion'), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN moves v ON v.month = m.period_start AND (g.tier IS NULL OR v.tier = g.tier)
GROUP BY ALL ORDER BY ALL
