/*
about: The time in which a person counts as an active user of a seat - from a use until the window after the last one closes, while the account has seats.
key: [account_id, contact_id, from_at]
primary: usage_events
reduced: true
parameters: {window_days: 30}
*/
WITH used AS (
    -- uses of one stretch as long as the window lie nearer than it: their first and last say all
    SELECT u.account_id, u.contact_id,
        FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), u.occurred_at) / $window_days) AS stretch,
        MIN(u.occurred_at) AS first_at, MAX(u.occurred_at) AS last_at
    FROM usage_events u
    JOIN licence_spans l
        ON l.account_id = u.account_id AND l.feature IS NULL AND u.occurred_at >= l.from_at AND u.occurred_at < l.to_at
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = u.contact_id
    LEFT JOIN (SELECT DISTINCT account_id AS entitled_id FROM licence_spans WHERE feature IS NOT NULL) e
        ON e.entitled_id = u.account_id
    LEFT JOIN licence_spans r
        ON r.account_id = u.account_id AND r.feature = u.feature AND u.occurred_at >= r.from_at AND u.occurred_at < r.to_at
    WHERE u.contact_id IS NOT NULL AND i.internal_id IS NULL AND COALESCE(u."count", 1) > 0
        -- where an account has entitlements, a use of a feature beyond them does not count
        AND (u.feature IS NULL OR e.entitled_id IS NULL OR r.account_id IS NOT NULL)
    GROUP BY u.account_id, u.contact_id, FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), u.occurred_at) / $window_days)
),
paced AS (
    SELECT *, LAG(last_at) OVER (PARTITION BY account_id, contact_id ORDER BY stretch) AS before_at
    FROM used
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN KPI_ADD_DAYS(before_at, $window_days) >= first_at THEN 0 ELSE 1 END)
            OVER (PARTITION BY account_id, contact_id ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM paced
),
active AS (
    SELECT account_id, contact_id, MIN(first_at) AS from_at, KPI_ADD_DAYS(MAX(last_at), $window_days) AS to_at
    FROM numbered
    GROUP BY account_id, contact_id, number
)
SELECT a.account_id, a.contact_id,
    CASE WHEN s.from_at > a.from_at THEN s.from_at ELSE a.from_at END AS from_at,
    CASE WHEN s.to_at < a.to_at THEN s.to_at ELSE a.to_at END AS to_at
FROM active a
JOIN licence_spans s ON s.account_id = a.account_id AND s.feature IS NULL
WHERE s.from_at < a.to_at AND s.to_at > a.from_at
