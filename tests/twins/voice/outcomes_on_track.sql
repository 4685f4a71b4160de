-- Share of the goals open at the month's end t that are on track (sheet 6, leading): progress >= elapsed share of the time.
-- Open at t: set before t, due at t or later, not achieved before t (G2); a goal past due is decided, not open.
-- Progress = (actual - baseline) / (target - baseline), also for decreasing goals, not clamped; actual = the last measurement before t
-- (of two on one day the later line). Elapsed = (t - set_on) / (due_on - set_on) in days. Equal is on track. Target = baseline, no
-- measurement yet, no due date: unknown, in neither part (G4: unknown is not 0; AMBIGUOUS for a goal nobody measured). None: null.
-- No account: (unmatched) and total. Tier just before t.
WITH measured AS (
    SELECT m.period_start AS month, m.period_end, g.*,
           (SELECT arg_max(p.actual, p.measured_on) FROM goal_progress p WHERE p.goal_id = g.goal_id AND p.measured_on < m.period_end) AS actual
    FROM months m JOIN goals g ON g.set_on < m.period_end AND g.due_on >= m.period_end
        AND (g.achieved_on IS NULL OR g.achieved_on >= m.period_end)),
open_goals AS (
    SELECT month, tier_before(account_id, period_end) AS tier,
           (actual - coalesce(baseline, 0)) / nullif(target - coalesce(baseline, 0), 0)
           >= (period_end - set_on) / nullif(due_on - set_on, 0)::DOUBLE AS on_track
    FROM measured),
groups AS (SELECT DISTINCT tier FROM open_goals UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE o.on_track) / nullif(count(o.on_track), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN open_goals o ON o.month = m.period_start AND (g.tier IS NULL OR o.tier = g.tier)
GROUP BY ALL ORDER BY ALL
