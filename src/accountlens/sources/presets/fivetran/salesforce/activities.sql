/*
about: Tasks that are done (calls, e-mails) and events (meetings) of Salesforce.
needs:
  task: [id, task_subtype]
uses:
  task: [account_id, who_id, what_id, owner_id, activity_date, completed_date_time, created_date, call_type,
    call_duration_in_seconds, call_disposition, type, status, is_closed, is_deleted]
  event: [id, account_id, who_id, what_id, owner_id, start_date_time, activity_date_time, created_date,
    duration_in_minutes, event_subtype, type, is_deleted, is_child]
or_empty: [event]
*/
-- A task without a time of its own happened on the day it was due, else when it was written down.
-- Ids tell what they are: contacts begin with 003, opportunities with 006.
SELECT
    'task-' || t.id AS activity_id,
    coalesce(CAST(t.completed_date_time AS VARCHAR), CAST(t.activity_date AS VARCHAR), CAST(t.created_date AS VARCHAR))
        AS occurred_at,
    CASE
        WHEN lower(t.task_subtype) IN ('email', 'listemail') OR lower(t.type) = 'email' THEN 'email_sent'
        WHEN lower(t.task_subtype) = 'call' OR lower(t.type) = 'call' THEN 'call'
        WHEN lower(t.task_subtype) = 'linkedin' THEN 'message'
        WHEN lower(t.type) LIKE '%meeting%' THEN 'meeting'
        ELSE 'task'
    END AS kind,
    t.account_id,
    CASE WHEN t.who_id LIKE '003%' THEN t.who_id END AS contact_id,
    t.owner_id AS employee_id,
    CASE WHEN lower(t.call_type) = 'inbound' THEN 'inbound' ELSE 'outbound' END AS direction,
    CASE WHEN t.what_id LIKE '006%' THEN t.what_id END AS opportunity_id,
    CAST(t.call_duration_in_seconds AS DOUBLE) / 60 AS minutes,
    CASE WHEN CAST(t.is_closed AS BOOLEAN) THEN 'completed' ELSE lower(t.status) END AS status,
    CASE WHEN lower(t.task_subtype) IN ('email', 'listemail') OR lower(t.type) = 'email' THEN 'task-' || t.id END AS message_id,
    lower(t.task_subtype) = 'listemail' AS is_automated,
    t.call_disposition
FROM source.task AS t
WHERE NOT coalesce(CAST(t.is_deleted AS BOOLEAN), false) AND coalesce(CAST(t.is_closed AS BOOLEAN), true)

UNION ALL BY NAME

SELECT
    'event-' || e.id AS activity_id,
    coalesce(CAST(e.start_date_time AS VARCHAR), CAST(e.activity_date_time AS VARCHAR), CAST(e.created_date AS VARCHAR))
        AS occurred_at,
    CASE WHEN lower(e.type) = 'call' THEN 'call' ELSE 'meeting' END AS kind,
    e.account_id,
    CASE WHEN e.who_id LIKE '003%' THEN e.who_id END AS contact_id,
    e.owner_id AS employee_id,
    CASE WHEN e.what_id LIKE '006%' THEN e.what_id END AS opportunity_id,
    CAST(e.duration_in_minutes AS DOUBLE) AS minutes,
    'completed' AS status, -- a meeting to come counts from its start on
    false AS is_automated
FROM source.event AS e
WHERE NOT coalesce(CAST(e.is_deleted AS BOOLEAN), false) AND NOT coalesce(CAST(e.is_child AS BOOLEAN), false)
