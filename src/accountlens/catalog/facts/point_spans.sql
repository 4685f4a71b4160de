/*
about: Times in which the people of an account brought as many engagement points within a window as a test asks - to be engaged, or to be marketing-qualified.
key: [account_id, test, entered_at]
primary: activities
reduced: true
parameters: {engaged_points: 10, engaged_days: 90, min_points: 100, window_days: 90}
reach:
  events: {engagements: occurred_at}
  only: {engagements: points <> 0}
  at: entered_at
  until: left_at
  back: GREATEST($engaged_days, $window_days) + 2
*/
WITH tests AS (
    SELECT 'engaged' AS test, $engaged_points AS least_points, $engaged_days AS days
    UNION ALL
    SELECT 'mqa', $min_points, $window_days
),
windows AS (
    -- tests that look back equally far share their sums
    SELECT DISTINCT days FROM tests
),
scored AS (
    SELECT w.days, e.account_id, e.occurred_at, e.points,
        -- the window cut into 64 parts
        CAST(FLOOR(KPI_SECONDS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), e.occurred_at) / (1350 * w.days)) AS BIGINT) AS bin
    FROM engagements e
    CROSS JOIN windows w
    WHERE e.account_id IS NOT NULL AND e.points <> 0
),
bins AS (
    SELECT days, account_id, bin, SUM(points) AS points, SUM(CASE WHEN points > 0 THEN points ELSE 0e0 END) AS gains
    FROM scored
    GROUP BY days, account_id, bin
),
moves AS (
    -- what comes in during a bin goes out 64 bins later; how far the points can rise and fall within it
    SELECT days, account_id, bin, SUM(points) AS points, SUM(rise) AS rise, SUM(fall) AS fall
    FROM (
        SELECT days, account_id, bin, points, gains AS rise, points - gains AS fall FROM bins
        UNION ALL
        SELECT days, account_id, bin + 64, -points, gains - points, -gains FROM bins
    ) m
    GROUP BY days, account_id, bin
),
levels AS (
    SELECT days, account_id, bin, rise, fall,
        SUM(points) OVER (PARTITION BY days, account_id ORDER BY bin ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS level
    FROM moves
),
turning AS (
    -- only where the points may pass the threshold are events looked at one by one
    SELECT t.test, t.least_points, l.days, l.account_id, l.bin, l.level
    FROM levels l
    JOIN tests t ON t.days = l.days
    WHERE l.level IS NULL OR (l.level + l.rise + 2e-5 >= t.least_points AND l.level + l.fall < t.least_points)
),
changes AS (
    SELECT t.test, t.least_points, t.account_id, t.bin, t.level, s.occurred_at AS changed_at, s.points
    FROM turning t
    JOIN scored s ON s.days = t.days AND s.account_id = t.account_id AND s.bin = t.bin
    UNION ALL
    SELECT t.test, t.least_points, t.account_id, t.bin, t.level, KPI_ADD_DAYS(s.occurred_at, s.days), -s.points
    FROM turning t
    JOIN scored s ON s.days = t.days AND s.account_id = t.account_id AND s.bin + 64 = t.bin
),
net AS (
    SELECT test, least_points, account_id, bin, level, changed_at, SUM(points) AS points
    FROM changes
    GROUP BY test, least_points, account_id, bin, level, changed_at
),
running AS (
    -- the hundred-thousandth keeps sums of halves from failing the test by a rounding error
    SELECT test, account_id, bin, changed_at, COALESCE(level + 1e-5 >= least_points, FALSE) AS held_before,
        COALESCE(level, 0) + 1e-5 + SUM(points) OVER (
            PARTITION BY test, account_id, bin ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) >= least_points AS holds
    FROM net
),
turns AS (
    SELECT test, account_id, changed_at, holds,
        COALESCE(LAG(holds) OVER (PARTITION BY test, account_id, bin ORDER BY changed_at), held_before) AS held
    FROM running
),
edges AS (
    SELECT test, account_id, changed_at, holds, LEAD(changed_at) OVER (PARTITION BY test, account_id ORDER BY changed_at) AS left_at
    FROM turns
    WHERE holds <> held
)
SELECT account_id, test, changed_at AS entered_at, left_at
FROM edges
WHERE holds
