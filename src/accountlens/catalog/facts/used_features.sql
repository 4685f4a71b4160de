/*
about: The time in which an account counts as using a feature it is entitled to - from a use until the window after the last one closes, while the entitlement lasts.
key: [account_id, feature, from_at]
primary: usage_events
reduced: true
parameters: {window_days: 30}
*/
WITH used AS (
    -- uses of one stretch as long as the window lie nearer than it: their first and last say all
    SELECT u.account_id, u.feature,
        FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), u.occurred_at) / $window_days) AS stretch,
        MIN(u.occurred_at) AS first_at, MAX(u.occurred_at) AS last_at
    FROM usage_events u
    JOIN licence_spans l
        ON l.account_id = u.account_id AND l.feature = u.feature AND u.occurred_at >= l.from_at AND u.occurred_at < l.to_at
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = u.contact_id
    WHERE i.internal_id IS NULL AND COALESCE(u."count", 1) > 0
    GROUP BY u.account_id, u.feature, FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), u.occurred_at) / $window_days)
),
paced AS (
    SELECT *, LAG(last_at) OVER (PARTITION BY account_id, feature ORDER BY stretch) AS before_at
    FROM used
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN KPI_ADD_DAYS(before_at, $window_days) >= first_at THEN 0 ELSE 1 END)
            OVER (PARTITION BY account_id, feature ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM paced
),
active AS (
    SELECT account_id, feature, MIN(first_at) AS from_at, KPI_ADD_DAYS(MAX(last_at), $window_days) AS to_at
    FROM numbered
    GROUP BY account_id, feature, number
)
SELECT a.account_id, a.feature,
    CASE WHEN s.from_at > a.from_at THEN s.from_at ELSE a.from_at END AS from_at,
    CASE WHEN s.to_at < a.to_at THEN s.to_at ELSE a.to_at END AS to_at
FROM active a
JOIN licence_spans s ON s.account_id = a.account_id AND s.feature = a.feature
WHERE s.from_at < a.to_at AND s.to_at > a.from_at
