/*
about: Times in which an account was marketing-qualified - all tests held. Spans nearer to each other than the cooldown belong to one episode.
key: [account_id, entered_at]
primary: activities
parameters: {min_points: 100, min_people: 2, window_days: 90, cooldown_days: 90, require_fit: true, min_fit: 50}
reach:  # whether a span begins an episode hangs on the one before it
  events: {engagements: occurred_at}
  only: {engagements: points <> 0}
  own: [accounts]
  at: entered_at
  until: left_at
  back: $window_days + $cooldown_days + 4
*/
WITH hopeful AS (
    -- who never brought enough points or people at all need not be looked at in time
    SELECT e.account_id
    FROM engagements e
    JOIN accounts a ON a.account_id = e.account_id
    WHERE e.points > 0 AND (NOT $require_fit OR a.fit_score >= $min_fit)
    GROUP BY e.account_id
    HAVING SUM(e.points) + 1e-5 >= $min_points AND COUNT(DISTINCT e.contact_id) >= $min_people
),
events AS (
    SELECT e.account_id, e.contact_id, e.occurred_at, e.points
    FROM engagements e
    JOIN hopeful h ON h.account_id = e.account_id
    WHERE e.points <> 0
),
presence AS (
    -- a person counts from an event until the window after the last one closes
    SELECT account_id, contact_id, occurred_at,
        LAG(occurred_at) OVER (PARTITION BY account_id, contact_id ORDER BY occurred_at) AS before_at,
        LEAD(occurred_at) OVER (PARTITION BY account_id, contact_id ORDER BY occurred_at) AS next_at
    FROM events
    WHERE contact_id IS NOT NULL AND points > 0
),
changes AS (
    SELECT account_id, occurred_at AS changed_at, points, 0 AS people FROM events
    UNION ALL
    SELECT account_id, KPI_ADD_DAYS(occurred_at, $window_days), -points, 0 FROM events
    UNION ALL
    SELECT account_id, occurred_at, 0e0, 1 FROM presence
    WHERE before_at IS NULL OR KPI_ADD_DAYS(before_at, $window_days) < occurred_at
    UNION ALL
    SELECT account_id, KPI_ADD_DAYS(occurred_at, $window_days), 0e0, -1 FROM presence
    WHERE next_at IS NULL OR KPI_ADD_DAYS(occurred_at, $window_days) < next_at
),
net AS (
    SELECT account_id, changed_at, SUM(points) AS points, SUM(people) AS people
    FROM changes
    GROUP BY account_id, changed_at
),
running AS (
    SELECT account_id, changed_at,
        SUM(points) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS points,
        SUM(people) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS people
    FROM net
),
turns AS (
    SELECT account_id, changed_at, qualified,
        LAG(qualified) OVER (PARTITION BY account_id ORDER BY changed_at) AS was_qualified
    -- the hundred-thousandth keeps sums of halves from failing the test by a rounding error
    FROM (SELECT account_id, changed_at, points + 1e-5 >= $min_points AND people >= $min_people AS qualified FROM running) r
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
