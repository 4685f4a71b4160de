-- Leading - lagging (sheet 6): outcomes_on_track at the month's end - customer_outcomes of the month, group by group, each by the tier of
-- its own moment. One of them unknown: null (G4).
WITH due AS (
    SELECT date_trunc('month', due_on)::DATE AS month, tier_at(account_id, due_on) AS tier,
           coalesce(achieved_on <= due_on, false) AS achieved
    FROM goals WHERE due_on >= DATE '2024-01-01' AND due_on < DATE '2024-08-01'),
measured AS (
    SELECT m.period_start AS month, m.period_end, g.*,
           (SELECT arg_max(p.actual, p.measured_on) FROM goal_progress p WHERE p.goal_id = g.goal_id AND p.measured_on < m.period_end) AS actual
    FROM months m JOIN goals g ON g.set_on < m.period_end AND g.due_on >= m.period_end
        AND (g.achieved_on IS NULL OR g.achieved_on >= m.period_end)),
open_goals AS (
    SELECT month, tier_before(account_id, period_end) AS tier,
           (actual - coalesce(baseline, 0)) / nullif(target - coalesce(baseline, 0), 0)
           >= (period_end - set_on) / nullif(due_on - set_on, 0)::DOUBLE AS on_track
    FROM measured),
groups AS (SELECT tier FROM due UNION SELECT tier FROM open_goals UNION SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(*) FILTER (WHERE o.on_track) / nullif(count(o.on_track), 0)::DOUBLE FROM open_goals o
        WHERE o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier))
       - (SELECT count(*) FILTER (WHERE d.achieved) / nullif(count(d.achieved), 0)::DOUBLE FROM due d
          WHERE d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)) AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
