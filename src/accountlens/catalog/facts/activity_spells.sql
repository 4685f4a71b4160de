/*
about: Times in which an account was active - from something its people did until a number of days after the last of it.
key: [account_id, active_from]
primary: [activities, usage_events]
reduced: true
parameters: {inactive_days: 90, inactive_months: null}
reach:
  events: {engagements: occurred_at, usage_events: occurred_at}
  lookups: {contacts: contact_id}
  at: active_from
  until: active_until
  back: CASE WHEN $inactive_months IS NULL THEN $inactive_days ELSE 31 * COALESCE($inactive_months, 0) END + 2
*/
WITH doings AS (
    -- what we did alone does not make an account active: mails sent, advertisements shown, calls that found nobody
    SELECT account_id, occurred_at
    FROM engagements
    WHERE account_id IS NOT NULL
        AND kind NOT IN ('email_sent', 'email_delivered', 'email_bounced', 'ad_impression')
        AND (direction IS NULL OR direction <> 'outbound' OR COALESCE(is_conversation, FALSE))
    UNION ALL
    SELECT u.account_id, u.occurred_at
    FROM usage_events u
    LEFT JOIN contacts c ON c.contact_id = u.contact_id
    WHERE u.account_id IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE)
),
lasting AS (
    SELECT account_id, occurred_at, KPI_SECONDS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), occurred_at) AS seconds,
        CASE WHEN $inactive_months IS NULL THEN KPI_ADD_DAYS(occurred_at, $inactive_days)
             ELSE KPI_ADD_MONTHS(occurred_at, COALESCE($inactive_months, 0)) END AS lasts_until
    FROM doings
),
stretches AS (
    -- doings of one stretch no longer than what each lasts are one time: its first and last say all
    SELECT account_id, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at, MAX(lasts_until) AS lasts_until
    FROM lasting
    GROUP BY account_id, COALESCE(FLOOR(seconds / NULLIF(
        86400 * CASE WHEN $inactive_months IS NULL THEN $inactive_days ELSE 27 * COALESCE($inactive_months, 0) END, 0)), seconds)
),
beginnings AS (
    SELECT account_id, first_at, lasts_until,
        LAG(CASE WHEN $inactive_months IS NULL THEN KPI_ADD_DAYS(last_at, $inactive_days)
                 ELSE KPI_ADD_MONTHS(last_at, COALESCE($inactive_months, 0)) END)
            OVER (PARTITION BY account_id ORDER BY first_at) AS lasted_until
    FROM stretches
),
numbered AS (
    SELECT account_id, first_at, lasts_until,
        SUM(CASE WHEN first_at <= lasted_until THEN 0 ELSE 1 END) OVER (
            PARTITION BY account_id ORDER BY first_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM beginnings
)
SELECT account_id, MIN(first_at) AS active_from, MAX(lasts_until) AS active_until
FROM numbered
GROUP BY account_id, number
