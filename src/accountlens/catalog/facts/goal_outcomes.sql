/*
about: Goals at the day they were due, with whether they were reached by then and how much of the way was gone.
key: [goal_id]
primary: goals
*/
WITH measured AS (
    SELECT g.goal_id, p.actual,
        ROW_NUMBER() OVER (PARTITION BY g.goal_id ORDER BY p.measured_on DESC) AS number
    FROM goals g
    JOIN goal_progress p ON p.goal_id = g.goal_id
    WHERE KPI_LOCAL_DATE(p.measured_on) <= KPI_LOCAL_DATE(g.due_on)
),
known AS (
    SELECT g.goal_id, g.account_id, g.name, g.set_on, g.due_on, g.achieved_on, g.target,
        COALESCE(g.baseline, 0) AS baseline,
        -- the last measurement by the due day; only a goal nobody ever measured has what its row says, which knows no day
        CASE WHEN p.goal_id IS NULL THEN g.actual ELSE m.actual END AS actual
    FROM goals g
    LEFT JOIN measured m ON m.goal_id = g.goal_id AND m.number = 1
    LEFT JOIN (SELECT DISTINCT goal_id FROM goal_progress) p ON p.goal_id = g.goal_id
    WHERE g.due_on IS NOT NULL
),
judged AS (
    SELECT *, KPI_RATIO(actual - baseline, target - baseline) AS progress,
        -- a goal without a day of achievement is judged by what was measured
        CASE WHEN achieved_on IS NOT NULL THEN KPI_LOCAL_DATE(achieved_on) <= KPI_LOCAL_DATE(due_on)
            ELSE COALESCE(KPI_RATIO(actual - baseline, target - baseline) >= 1, FALSE) END AS is_achieved
    FROM known
)
SELECT goal_id, account_id, name, set_on, due_on, achieved_on, baseline, target, actual, progress, is_achieved,
    CASE WHEN is_achieved THEN 1e0
        WHEN target = baseline THEN NULL
        ELSE GREATEST(0e0, LEAST(1e0, COALESCE(progress, 0e0))) END AS credit
FROM judged
