-- (churn + contraction) / MRR at the opening, losses taken positive (sheet 5).
-- method=movements (13): every movement of the month counts, also those of accounts that were not there at the opening.
-- A movement = the net change of an account's MRR over one day (sheet 5): 0 -> more, first ever = new, later = reactivation; up =
-- expansion; down but above 0 = contraction; to 0 = churn. A second subscription is expansion; a swap on one day is one net movement.
-- Dated at the day itself: a start or an end on the 1st belongs to that month (G2). Churn at the end of the paid term, not at the
-- cancellation. Losses are negative (sheet 5). Subscriptions of no account move as if one account. Tier at the day's 00:00.
-- AMBIGUOUS: the tier of an account that changes it inside the month. Read by the letter of 13: a movement is an event (tier at the
-- event), the opening a stock (tier just before the opening), so loss and opening may stand in different tiers.
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
       coalesce((SELECT -sum(v.change) FROM moves v WHERE v.month = m.period_start AND (g.tier IS NULL OR v.tier = g.tier)
                  AND v.movement IN ('churn', 'contraction')), 0)
       / nullif((SELECT sum(o.mrr) FROM opening o WHERE o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)), 0) AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
