/*
about: Times in which the people of an account brought enough engagement points within the window.
key: [account_id, entered_at]
primary: activities
parameters: {engaged_points: 10, engaged_days: 90}
reach: {events: {engagements: occurred_at}, only: {engagements: points <> 0}, at: entered_at, until: left_at, back: $engaged_days + 2}
*/
WITH changes AS (
    SELECT e.account_id, e.occurred_at AS changed_at, e.points
    FROM engagements e
    WHERE e.account_id IS NOT NULL AND e.points <> 0
    UNION ALL
    SELECT e.account_id, KPI_ADD_DAYS(e.occurred_at, $engaged_days), -e.points
    FROM engagements e
    WHERE e.account_id IS NOT NULL AND e.points <> 0
),
net AS (
    SELECT account_id, changed_at, SUM(points) AS points FROM changes GROUP BY account_id, changed_at
),
running AS (
    SELECT account_id, changed_at,
        SUM(points) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS points
    FROM net
),
turns AS (
    SELECT account_id, changed_at, engaged, LAG(engaged) OVER (PARTITION BY account_id ORDER BY changed_at) AS was_engaged
    -- the hundred-thousandth keeps sums of halves from failing the test by a rounding error
    FROM (SELECT account_id, changed_at, points + 1e-5 >= $engaged_points AS engaged FROM running) r
),
edges AS (
    SELECT account_id, changed_at, engaged, LEAD(changed_at) OVER (PARTITION BY account_id ORDER BY changed_at) AS left_at
    FROM turns
    WHERE engaged <> COALESCE(was_engaged, FALSE)
)
SELECT account_id, changed_at AS entered_at, left_at
FROM edges
WHERE engaged
