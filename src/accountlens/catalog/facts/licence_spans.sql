/*
about: Unbroken times in which an account may use our product - its seats (no feature), or one feature.
key: [account_id, feature, from_at]
primary: licences
stored: false
*/
WITH rights AS (
    SELECT account_id, feature, COALESCE(started_on, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS from_at,
        COALESCE(ended_on, CAST('2999-12-31 00:00:00' AS TIMESTAMP)) AS to_at
    FROM licences
    WHERE account_id IS NOT NULL AND (feature IS NOT NULL OR seats > 0)
),
paced AS (
    SELECT *,
        MAX(to_at) OVER (PARTITION BY account_id, feature ORDER BY from_at, to_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to
    FROM rights
    WHERE to_at > from_at
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN before_to >= from_at THEN 0 ELSE 1 END) OVER (PARTITION BY account_id, feature ORDER BY from_at, to_at
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM paced
)
SELECT account_id, feature, MIN(from_at) AS from_at, MAX(to_at) AS to_at
FROM numbered
GROUP BY account_id, feature, number
