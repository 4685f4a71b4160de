/*
about: One person who used our product on one local day, within what the account had licensed; where nobody records licences, any use. Internal people are out.
key: [account_id, contact_id, day]
primary: usage_events
*/
WITH counted AS (
    SELECT COUNT(*) AS licences FROM licences
),
used AS (
    SELECT u.account_id, u.contact_id, u.occurred_at
    FROM usage_events u
    CROSS JOIN counted n
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = u.contact_id
    LEFT JOIN (SELECT account_id, from_at, to_at FROM licence_spans WHERE feature IS NULL) s
        ON s.account_id = u.account_id AND u.occurred_at >= s.from_at AND u.occurred_at < s.to_at
    LEFT JOIN (SELECT DISTINCT account_id AS entitled_id FROM licence_spans WHERE feature IS NOT NULL) e
        ON e.entitled_id = u.account_id
    LEFT JOIN (SELECT account_id, feature, from_at, to_at FROM licence_spans WHERE feature IS NOT NULL) r
        ON r.account_id = u.account_id AND r.feature = u.feature AND u.occurred_at >= r.from_at AND u.occurred_at < r.to_at
    WHERE u.contact_id IS NOT NULL AND i.internal_id IS NULL AND COALESCE(u."count", 1) > 0
        AND (n.licences = 0
            OR r.account_id IS NOT NULL
            -- a seat covers every feature, but where an account has entitlements, none beyond them
            OR (s.account_id IS NOT NULL AND (u.feature IS NULL OR e.entitled_id IS NULL)))
)
SELECT account_id, contact_id, KPI_LOCAL_DATE(occurred_at) AS day, MIN(occurred_at) AS used_at
FROM used
GROUP BY account_id, contact_id, KPI_LOCAL_DATE(occurred_at)
