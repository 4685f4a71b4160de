/*
about: Mails with the first open and click that count, by the reading asked for - with machines or without, within so many days, a click as proof of an open.
key: [message_id, recipient_id]
primary: activities
stored: false
parameters: {include_machine: false, within_days: null, click_implies_open: false, mail: all}
*/
WITH seen AS (
    SELECT message_id, recipient_id, contact_id, account_id, employee_id, campaign_id, direction, is_automated,
        sent_at, bounced_at, hard_bounced_at, soft_bounced_at,
        CASE WHEN $include_machine THEN any_opened_at ELSE opened_at END AS opened_at,
        CASE WHEN $include_machine THEN any_clicked_at ELSE clicked_at END AS clicked_at,
        KPI_ADD_DAYS(sent_at, COALESCE($within_days, 36500)) AS seen_until
    FROM emails
    WHERE sent_at IS NOT NULL AND ($mail = 'all' OR is_automated = ($mail = 'automated'))
),
timely AS (
    SELECT message_id, recipient_id, contact_id, account_id, employee_id, campaign_id, direction, is_automated,
        sent_at, bounced_at, hard_bounced_at, soft_bounced_at,
        CASE WHEN opened_at <= seen_until THEN opened_at END AS opened_at,
        CASE WHEN clicked_at <= seen_until THEN clicked_at END AS clicked_at
    FROM seen
)
SELECT message_id, recipient_id, contact_id, account_id, employee_id, campaign_id, direction, is_automated,
    sent_at, bounced_at, hard_bounced_at, soft_bounced_at, clicked_at,
    CASE WHEN $click_implies_open AND clicked_at IS NOT NULL AND (opened_at IS NULL OR clicked_at < opened_at)
        THEN clicked_at ELSE opened_at END AS opened_at
FROM timely
