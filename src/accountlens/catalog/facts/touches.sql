/*
about: Calls, meetings, messages, chats and mails by hand with our accounts, each with the touch of the account that followed.
key: [activity_id]
primary: activities
reach:
  events: {engagements: occurred_at}
  only: {engagements: is_touch}
  at: occurred_at
  settled: CASE WHEN account_id IS NULL THEN occurred_at ELSE next_touch_at END
*/
WITH clocked AS (
    SELECT KPI_SECONDS(CAST('1970-01-05 00:00:00' AS TIMESTAMP), KPI_LOCAL(e.occurred_at)) AS seconds, -- since a local Monday
        e.*
    FROM engagements e
    WHERE e.is_touch
),
counted AS (
    SELECT
        -- business days gone since that Monday: five a week, none on Saturday and Sunday
        5 * FLOOR(c.seconds / 604800) + LEAST(c.seconds - 604800 * FLOOR(c.seconds / 604800), 432000e0) / 86400 AS business_days,
        c.*
    FROM clocked c
)
SELECT
    CASE WHEN c.account_id IS NOT NULL
        THEN LEAD(c.occurred_at) OVER (PARTITION BY c.account_id ORDER BY c.occurred_at, c.activity_id) END AS next_touch_at,
    CASE WHEN c.account_id IS NOT NULL
        THEN LEAD(c.business_days) OVER (PARTITION BY c.account_id ORDER BY c.occurred_at, c.activity_id) END AS next_business_days,
    c.*
FROM counted c
