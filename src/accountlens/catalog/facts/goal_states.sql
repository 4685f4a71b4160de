/*
about: Where an open goal stood - from one measurement to the next, until it was reached or due, whichever came first.
key: [goal_id, valid_from]
primary: goals
*/
WITH open_goals AS (
    SELECT goal_id, account_id, name, set_on, due_on, target, COALESCE(baseline, 0) AS baseline, actual,
        CASE WHEN achieved_on < due_on THEN achieved_on ELSE due_on END AS shut_at
    FROM goals
    WHERE set_on IS NOT NULL AND due_on IS NOT NULL
),
standings AS (
    -- before the first measurement nothing is known; a goal nobody ever measured has what its row says
    SELECT g.goal_id, CAST('1900-01-01 00:00:00' AS TIMESTAMP) AS measured_on, CASE WHEN COUNT(p.goal_id) = 0 THEN g.actual END AS actual
    FROM open_goals g
    LEFT JOIN goal_progress p ON p.goal_id = g.goal_id
    GROUP BY g.goal_id, g.actual
    UNION ALL
    SELECT goal_id, measured_on, actual FROM goal_progress
),
paced AS (
    SELECT goal_id, measured_on, actual,
        LEAD(measured_on) OVER (PARTITION BY goal_id ORDER BY measured_on) AS next_at
    FROM standings
)
SELECT g.goal_id, g.account_id, g.name, g.set_on, g.due_on, g.baseline, g.target, p.actual,
    KPI_RATIO(p.actual - g.baseline, g.target - g.baseline) AS progress,
    CASE WHEN p.measured_on > g.set_on THEN p.measured_on ELSE g.set_on END AS valid_from,
    CASE WHEN p.next_at < g.shut_at THEN p.next_at ELSE g.shut_at END AS valid_to
FROM open_goals g
JOIN paced p ON p.goal_id = g.goal_id
WHERE (p.next_at IS NULL OR p.next_at > g.set_on) AND p.measured_on < g.shut_at
