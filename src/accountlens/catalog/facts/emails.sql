/*
about: One mail to one recipient - when it was sent, whether it bounced, and when a person, or anything at all, first opened and clicked it; also where nobody is known to have sent it.
key: [message_id, recipient_id]
primary: activities
reach:  # a mail may be opened at any time
  by: message_id
  by_events: COALESCE(message_id, activity_id)
  events: {activities: occurred_at}
  only: {activities: "kind IN ('email_sent', 'email_bounced', 'email_opened', 'email_clicked')"}
  lookups: {contacts: contact_id}
  merged: {is_automated: BOOL_OR}
*/
WITH mails AS (
    -- a mail without message id is a message of its own; of an unknown recipient at least the account is known
    SELECT COALESCE(a.message_id, a.activity_id) AS message_id,
        COALESCE(a.contact_id, a.account_id) AS recipient_id,
        a.contact_id, a.account_id, a.employee_id, a.campaign_id, a.direction, a.kind, a.occurred_at,
        COALESCE(a.is_automated, FALSE) AS is_automated,
        COALESCE(a.is_bot, FALSE) AS is_bot,
        LOWER(a.status) AS status
    FROM activities a
    LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = a.contact_id
    WHERE a.kind IN ('email_sent', 'email_bounced', 'email_opened', 'email_clicked') AND i.internal_id IS NULL
),
followed AS (
    SELECT message_id, recipient_id,
        MIN(occurred_at) AS first_at, -- a mail that is opened before it is known to be sent lies where it will lie
        MIN(contact_id) FILTER (WHERE kind = 'email_sent') AS contact_id,
        MIN(account_id) FILTER (WHERE kind = 'email_sent') AS account_id,
        MIN(employee_id) FILTER (WHERE kind = 'email_sent') AS employee_id,
        MIN(campaign_id) FILTER (WHERE kind = 'email_sent') AS campaign_id,
        MIN(direction) FILTER (WHERE kind = 'email_sent') AS direction,
        COUNT(*) FILTER (WHERE kind = 'email_sent' AND is_automated) > 0 AS is_automated,
        MIN(occurred_at) FILTER (WHERE kind = 'email_sent' AND NOT is_bot) AS sent_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_bounced') AS bounced_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_bounced' AND status = 'hard') AS hard_bounced_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_bounced' AND status = 'soft') AS soft_bounced_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_opened' AND NOT is_bot) AS opened_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_opened') AS any_opened_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_clicked' AND NOT is_bot) AS clicked_at,
        MIN(occurred_at) FILTER (WHERE kind = 'email_clicked') AS any_clicked_at
    FROM mails
    GROUP BY message_id, recipient_id
)
SELECT * FROM followed
