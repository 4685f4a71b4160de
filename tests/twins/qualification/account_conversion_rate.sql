-- Target accounts that reached the goal first in the month / target accounts of the cohort (sheet 2, goal=opportunity).
-- Cohort = accounts of the list target, group target, on it at the month's opening t: joined before t, not left before t (G2, a stock
-- just before t), without the accounts already at the goal (an opportunity created before t, even if lost or disqualified since).
-- Reached = the account's first opportunity was created in the month, whether or not it is still on the list by then; an opportunity
-- whose creation nobody knows takes no part. Nobody left in the cohort: null. Tier just before t, above and below the line.
WITH cohort AS (
    SELECT DISTINCT m.period_start AS month, tier_before(t.account_id, m.period_start) AS tier, t.account_id,
           EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = t.account_id
                   AND o.created_at >= m.period_start AND o.created_at < m.period_end) AS reached
    FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_start)
    WHERE NOT EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = t.account_id AND o.created_at < m.period_start)),
groups AS (SELECT DISTINCT tier FROM cohort UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.reached) / nullif(count(c.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN cohort c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
