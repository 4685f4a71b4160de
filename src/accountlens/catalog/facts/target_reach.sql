/*
about: Days on which a program touched an account of the target list - an impression, a mail delivered, outreach or a visit to the website.
key: [account_id, joined_at, day]
primary: account_list_members
*/
WITH program_touches AS (
    SELECT account_id, occurred_at
    FROM engagements
    WHERE kind IN ('ad_impression', 'page_view', 'email_delivered')
        OR (kind IN ('call', 'meeting', 'message', 'chat') AND direction = 'outbound')
    UNION ALL
    SELECT account_id, sent_at
    FROM emails
    WHERE bounced_at IS NULL AND COALESCE(direction, 'outbound') = 'outbound'
)
SELECT s.account_id, s.joined_at, s.left_at,
    KPI_LOCAL_DATE(p.occurred_at) AS day,
    MIN(p.occurred_at) AS touched_at,
    MIN(p.occurred_at) FILTER (WHERE p.occurred_at >= s.joined_at AND (s.left_at IS NULL OR p.occurred_at < s.left_at)) AS touched_on_list_at
FROM target_spans s
JOIN program_touches p ON p.account_id = s.account_id
GROUP BY s.account_id, s.joined_at, s.left_at, KPI_LOCAL_DATE(p.occurred_at)
