/*
about: The journey of each account, one stage at a time - the furthest whose test it meets, and the one it was in before.
key: [account_id, from_at]
primary: accounts
parameters:
  stages: {setting: stages, default: {target: 1, aware: 2, engaged: 3, mqa: 4, sqa: 5, opportunity: 6, customer: 7}}
*/
WITH marks AS (
    SELECT m.account_id, m.stage, KPI_LOOKUP(m.stage, $stages, 0e0) AS place,
        COALESCE(m.from_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS from_at, m.to_at
    FROM stage_marks m
    WHERE m.account_id IS NOT NULL AND (m.to_at IS NULL OR m.from_at IS NULL OR m.to_at > m.from_at)
),
names AS (
    SELECT place, MIN(stage) AS stage FROM marks GROUP BY place
),
changes AS (
    SELECT account_id, place, from_at AS changed_at, 1 AS step FROM marks WHERE place > 0
    UNION ALL
    SELECT account_id, place, to_at, -1 FROM marks WHERE place > 0 AND to_at IS NOT NULL
),
moments AS (
    SELECT DISTINCT account_id, changed_at FROM changes
),
states AS (
    -- every stage at every moment at which any of them changes
    SELECT m.account_id, m.changed_at, n.place, COALESCE(SUM(c.step), 0) AS step
    FROM moments m
    CROSS JOIN (SELECT place FROM names WHERE place > 0) n
    LEFT JOIN changes c ON c.account_id = m.account_id AND c.changed_at = m.changed_at AND c.place = n.place
    GROUP BY m.account_id, m.changed_at, n.place
),
running AS (
    SELECT account_id, changed_at, place,
        SUM(step) OVER (PARTITION BY account_id, place ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS live
    FROM states
),
furthest AS (
    SELECT account_id, changed_at, COALESCE(MAX(CASE WHEN live > 0 THEN place END), 0e0) AS place
    FROM running
    GROUP BY account_id, changed_at
),
turns AS (
    SELECT account_id, changed_at, place,
        COALESCE(LAG(place) OVER (PARTITION BY account_id ORDER BY changed_at), 0e0) AS place_before
    FROM furthest
),
moves AS (
    SELECT account_id, changed_at AS from_at, place, place_before,
        LEAD(changed_at) OVER (PARTITION BY account_id ORDER BY changed_at) AS to_at
    FROM turns
    WHERE place <> place_before
)
SELECT m.account_id, m.from_at, m.to_at, COALESCE(n.stage, 'none') AS stage, CAST(m.place AS INTEGER) AS place,
    COALESCE(b.stage, 'none') AS stage_before, CAST(m.place_before AS INTEGER) AS place_before
FROM moves m
LEFT JOIN names n ON n.place = m.place AND m.place > 0
LEFT JOIN names b ON b.place = m.place_before AND m.place_before > 0
