-- Expansion MRR of existing accounts in the month / MRR at its opening (sheet 5). Gross of contraction. Opening 0: null.
-- Above the line as in account_expansion_revenue, by the tier at the movement; below it all MRR live at the opening, that of no
-- account too ((unmatched) and total), by the tier just before the opening.
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
opening AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.mrr
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_start)),
groups AS (SELECT tier FROM moves UNION SELECT tier FROM opening UNION SELECT NULL)
SELECT m.period_start, g.tier,
       coalesce((SELECT sum(v.change) FROM moves v
                 WHERE v.movement = 'expansion' AND v.month = m.period_start AND (g.tier IS NULL OR v.tier = g.tier)), 0)
       / nullif((SELECT sum(o.mrr) FROM opening o WHERE o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)), 0) AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
