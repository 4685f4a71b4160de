-- Customers at the month's closing / customers at its opening (sheet 5, brief 003), new ones included. May exceed 1. Nobody: null.
-- Counts accounts with MRR > 0; subscriptions of no account are ignored (13 "Rows").
-- AMBIGUOUS: the tier of an account that changes it inside the month. These are two stocks, each "at its moment" (13): the opening
-- count by the tier just before the opening, the closing count by the tier just before the closing.
WITH opening AS (
    SELECT DISTINCT m.period_start AS month, tier_before(s.account_id, m.period_start) AS tier, s.account_id
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_start) WHERE s.account_id IS NOT NULL),
closing AS (
    SELECT DISTINCT m.period_start AS month, tier_before(s.account_id, m.period_end) AS tier, s.account_id
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_end) WHERE s.account_id IS NOT NULL),
groups AS (SELECT tier FROM opening UNION SELECT tier FROM closing UNION SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(*) FROM closing c WHERE c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier))
       / nullif((SELECT count(*) FROM opening o WHERE o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
