/*
about: Times in which an account was marketing-qualified - all tests held. Spans nearer to each other than the cooldown belong to one episode.
key: [account_id, entered_at]
primary: activities
reduced: true
parameters: {min_points: 100, min_people: 2, window_days: 90, cooldown_days: 90, require_fit: true, min_fit: 50}
*/
WITH changes AS (
    SELECT account_id, entered_at AS changed_at, 1 AS points, 0 AS people FROM point_spans WHERE test = 'mqa'
    UNION ALL
    SELECT account_id, left_at, -1, 0 FROM point_spans WHERE test = 'mqa' AND left_at IS NOT NULL
    UNION ALL
    SELECT account_id, engaged_at, 0, 1 FROM contact_presence WHERE account_id IS NOT NULL
    UNION ALL
    SELECT account_id, engaged_until, 0, -1 FROM contact_presence WHERE account_id IS NOT NULL
),
net AS (
    SELECT c.account_id, c.changed_at, SUM(c.points) AS points, SUM(c.people) AS people
    FROM changes c
    JOIN accounts a ON a.account_id = c.account_id
    WHERE NOT $require_fit OR a.fit_score >= $min_fit
    GROUP BY c.account_id, c.changed_at
),
running AS (
    SELECT account_id, changed_at,
        SUM(points) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) > 0
            AND SUM(people) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
                >= $min_people AS qualified
    FROM net
),
turns AS (
    SELECT account_id, changed_at, qualified,
        LAG(qualified) OVER (PARTITION BY account_id ORDER BY changed_at) AS was_qualified
    FROM running
),
edges AS (
    SELECT account_id, changed_at, qualified,
        LAG(changed_at) OVER (PARTITION BY account_id ORDER BY changed_at) AS left_before_at,
        LEAD(changed_at) OVER (PARTITION BY account_id ORDER BY changed_at) AS left_at
    FROM turns
    WHERE qualified <> COALESCE(was_qualified, FALSE)
)
SELECT account_id, changed_at AS entered_at, left_at,
    (left_before_at IS NULL OR KPI_ADD_DAYS(left_before_at, $cooldown_days) <= changed_at) AS begins_episode
FROM edges
WHERE qualified
