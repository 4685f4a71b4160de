/*
about: The journey of each account, one stage at a time - the furthest whose test it meets, and the one it was in before.
key: [account_id, from_at]
primary: accounts
reduced: true
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
    -- each stage has a bit of its own: 1, 2, 4, ...
    SELECT place, stage, POWER(2e0, ROW_NUMBER() OVER (ORDER BY place) - 1) AS bit
    FROM (SELECT place, MIN(stage) AS stage FROM marks WHERE place > 0 GROUP BY place) p
),
reached AS (
    -- whoever is in stages whose bits are so much in sum has this one as the furthest
    SELECT place, stage, bit AS least_bits, 2 * bit AS beyond FROM names
    UNION ALL
    SELECT 0e0, 'none', 0e0, 1e0
),
changes AS (
    SELECT account_id, place, from_at AS changed_at, 1 AS step FROM marks WHERE place > 0
    UNION ALL
    SELECT account_id, place, to_at, -1 FROM marks WHERE place > 0 AND to_at IS NOT NULL
),
running AS (
    -- not every engine parts by a double, but all by a text
    SELECT account_id, place, changed_at, SUM(step) AS step,
        SUM(SUM(step)) OVER (PARTITION BY account_id, CAST(place AS VARCHAR) ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS live
    FROM changes
    GROUP BY account_id, place, changed_at
),
turned AS (
    SELECT r.account_id, r.changed_at, SUM(CASE WHEN r.live > 0 THEN n.bit ELSE -n.bit END) AS bits
    FROM running r
    JOIN names n ON n.place = r.place
    WHERE (r.live > 0 AND r.live <= r.step) OR (r.live <= 0 AND r.live > r.step)
    GROUP BY r.account_id, r.changed_at
),
states AS (
    SELECT account_id, changed_at,
        SUM(bits) OVER (PARTITION BY account_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bits
    FROM turned
),
turns AS (
    SELECT s.account_id, s.changed_at, f.place, f.stage,
        COALESCE(LAG(f.place) OVER (PARTITION BY s.account_id ORDER BY s.changed_at), 0e0) AS place_before,
        COALESCE(LAG(f.stage) OVER (PARTITION BY s.account_id ORDER BY s.changed_at), 'none') AS stage_before
    FROM states s
    JOIN reached f ON s.bits >= f.least_bits AND s.bits < f.beyond
)
SELECT account_id, changed_at AS from_at,
    LEAD(changed_at) OVER (PARTITION BY account_id ORDER BY changed_at) AS to_at,
    stage, CAST(place AS INTEGER) AS place, stage_before, CAST(place_before AS INTEGER) AS place_before
FROM turns
WHERE place <> place_before
