/*
about: Calls, meetings, messages, chats and mails by hand with our accounts, each with the touch of the account that followed.
key: [activity_id]
primary: activities
*/
WITH clocked AS (
    SELECT *, KPI_SECONDS(CAST('1970-01-05 00:00:00' AS TIMESTAMP), KPI_LOCAL(occurred_at)) AS seconds -- since a local Monday
    FROM engagements
    WHERE is_touch
),
counted AS (
    SELECT *,
        -- business days gone since that Monday: five a week, none on Saturday and Sunday
        5 * FLOOR(seconds / 604800) + LEAST(seconds - 604800 * FLOOR(seconds / 604800), 432000e0) / 86400 AS business_days
    FROM clocked
)
SELECT *,
    CASE WHEN account_id IS NOT NULL
        THEN LEAD(occurred_at) OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) END AS next_touch_at,
    CASE WHEN account_id IS NOT NULL
        THEN LEAD(business_days) OVER (PARTITION BY account_id ORDER BY occurred_at, activity_id) END AS next_business_days
FROM counted
