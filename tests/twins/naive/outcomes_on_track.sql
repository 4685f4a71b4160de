-- Wrong: how far a goal has come is measured as actual / target, as if every goal began at 0 and went up.
WITH measured AS (
    SELECT m.period_start AS month, m.period_end, g.*,
           (SELECT arg_max(p.actual, p.measured_on) FROM goal_progress p WHERE p.goal_id = g.goal_id AND p.measured_on < m.period_end) AS actual
    FROM months m JOIN goals g ON g.set_on < m.period_end AND g.due_on >= m.period_end
        AND (g.achieved_on IS NULL OR g.achieved_on >= m.period_end)),
judged AS (SELECT month, actual / target >= (period_end - set_on) / (due_on - set_on)::DOUBLE AS on_track FROM measured)
SELECT m.period_start, count(*) FILTER (WHERE j.on_track) / nullif(count(j.on_track), 0)::DOUBLE AS value
FROM months m LEFT JOIN judged j ON j.month = m.period_start
GROUP BY ALL ORDER BY ALL
