-- Target accounts of the opening that won their first customer-making opportunity in the month / those not won before (sheet 2, goal=customer);
-- cohort, membership and tier as in account_conversion_rate.
WITH cohort AS (
    SELECT DISTINCT m.period_start AS month, tier_before(t.account_id, m.period_start) AS tier, t.account_id,
           EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = t.account_id
                   AND o.status = 'won' AND o.closed_at >= m.period_start AND o.closed_at < m.period_end) AS reached
    FROM months m JOIN target_members t ON live(t.joined_at, t.left_at, m.period_start)
    WHERE NOT EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = t.account_id AND o.status = 'won' AND o.closed_at < m.period_start)),
groups AS (SELECT DISTINCT tier FROM cohort UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.reached) / nullif(count(c.account_id), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN cohort c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
