/*
about: The time in which a person of an account counts as engaged - from an event worth points until the window after the last one closes.
key: [account_id, contact_id, engaged_at]
primary: activities
parameters: {window_days: 90}
reach:
  events: {engagements: occurred_at}
  only: {engagements: points > 0 AND contact_id IS NOT NULL}
  lookups: {contacts: contact_id}
  own: [accounts]
  at: engaged_at
  until: engaged_until
  back: $window_days + 2
*/
WITH active AS (
    -- events of one stretch as long as the window lie nearer than it: their first and last say all
    SELECT account_id, contact_id,
        FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), occurred_at) / $window_days) AS stretch,
        MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
    FROM engagements
    WHERE points > 0 AND contact_id IS NOT NULL
    GROUP BY account_id, contact_id, FLOOR(KPI_DAYS(CAST('1970-01-01 00:00:00' AS TIMESTAMP), occurred_at) / $window_days)
),
paced AS (
    SELECT *, LAG(last_at) OVER (PARTITION BY account_id, contact_id ORDER BY stretch) AS before_at
    FROM active
),
numbered AS (
    SELECT *,
        SUM(CASE WHEN KPI_ADD_DAYS(before_at, $window_days) >= first_at THEN 0 ELSE 1 END)
            OVER (PARTITION BY account_id, contact_id ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
    FROM paced
),
spans AS (
    SELECT account_id, contact_id, MIN(first_at) AS engaged_at, KPI_ADD_DAYS(MAX(last_at), $window_days) AS engaged_until
    FROM numbered
    GROUP BY account_id, contact_id, number
)
SELECT s.account_id, s.contact_id, c.buying_role, c.seniority, a.employees AS account_employees,
    s.engaged_at, s.engaged_until,
    CASE WHEN c.account_id = s.account_id OR (c.contact_id IS NOT NULL AND c.account_id IS NULL AND s.account_id IS NULL)
         THEN COALESCE(c.created_at, s.engaged_at) END AS known_from -- of this account, or of none
FROM spans s
LEFT JOIN contacts c ON c.contact_id = s.contact_id
LEFT JOIN accounts a ON a.account_id = s.account_id
