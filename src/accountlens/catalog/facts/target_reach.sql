/*
about: Days on which a program touched an account of the target list - an impression, a mail delivered, outreach or a visit to the website.
key: [account_id, joined_at, day]
primary: account_list_members
reach:  # a row is a day
  events: {engagements: occurred_at, emails: sent_at}
  only: {emails: sent_at IS NOT NULL}
  own: [account_list_members]
  at: touched_at
  settled: KPI_ADD_DAYS(touched_at, 1)
*/
WITH program_touches AS (
    SELECT account_id, occurred_at
    FROM engagements
    WHERE kind IN ('ad_impression', 'page_view', 'email_delivered')
        OR (kind IN ('call', 'meeting', 'message', 'chat') AND direction = 'outbound')
    UNION ALL
    SELECT account_id, sent_at
    FROM emails
    WHERE sent_at IS NOT NULL AND bounced_at IS NULL AND COALESCE(direction, 'outbound') = 'outbound'
),
listed_touches AS (
    -- on the list at the touch, in whichever of the account's times on it
    SELECT p.account_id, p.occurred_at,
        MAX(CASE WHEN p.occurred_at >= s.joined_at AND (s.left_at IS NULL OR p.occurred_at < s.left_at) THEN p.occurred_at END) AS on_list_at
    FROM program_touches p
    JOIN target_spans s ON s.account_id = p.account_id
    GROUP BY p.account_id, p.occurred_at
)
SELECT s.account_id, s.joined_at, s.left_at,
    KPI_LOCAL_DATE(p.occurred_at) AS day,
    MIN(p.occurred_at) AS touched_at,
    MIN(p.on_list_at) AS touched_on_list_at
FROM target_spans s
JOIN listed_touches p ON p.account_id = s.account_id
GROUP BY s.account_id, s.joined_at, s.left_at, KPI_LOCAL_DATE(p.occurred_at)
