/*
about: Tickets of Zendesk.
needs: {ticket: [id, created_at, status]}
uses:
  ticket: [organization_id, requester_id, assignee_id, priority, subject, via_channel, group_id, type, _fivetran_deleted]
  user: [id, role, organization_id]
  ticket_comment: [ticket_id, created, public, user_id]
  ticket_field_history: [ticket_id, field_name, value, updated]
  ticket_metric: [ticket_id, solved_at, reply_time_in_minutes, reply_time_in_minutes_calendar]
or_empty: [user, ticket_comment, ticket_field_history, ticket_metric]
*/
WITH responses AS ( -- the first public answer of one of us, who did not ask the question
    SELECT c.ticket_id, min(CAST(c.created AS TIMESTAMPTZ)) AS first_response_at
    FROM source.ticket_comment AS c
    JOIN source.user AS u ON u.id = c.user_id AND u.role IN ('agent', 'admin')
    JOIN source.ticket AS k ON k.id = c.ticket_id AND k.requester_id IS DISTINCT FROM c.user_id
    WHERE coalesce(CAST(c.public AS BOOLEAN), true)
    GROUP BY c.ticket_id
),
moves AS (
    SELECT
        h.ticket_id,
        h.value AS now,
        CAST(h.updated AS TIMESTAMPTZ) AS moved_at,
        lag(h.value) OVER (PARTITION BY h.ticket_id ORDER BY CAST(h.updated AS TIMESTAMPTZ)) AS before
    FROM source.ticket_field_history AS h
    WHERE h.field_name = 'status'
),
lives AS (
    SELECT
        ticket_id,
        -- Closing a solved ticket, days later and by itself, solves nothing anew.
        max(CASE WHEN now = 'solved' OR (now = 'closed' AND before IS DISTINCT FROM 'solved') THEN moved_at END) AS solved_at,
        max(CASE WHEN before IN ('solved', 'closed') AND now NOT IN ('solved', 'closed') THEN moved_at END) AS reopened_at
    FROM moves GROUP BY ticket_id
)
SELECT
    t.id AS ticket_id,
    t.created_at,
    coalesce(t.organization_id, u.organization_id) AS account_id,
    t.requester_id AS contact_id,
    t.priority,
    coalesce( -- Zendesk's own figure where the comments are not there: JSON, or a column
        r.first_response_at,
        CAST(t.created_at AS TIMESTAMPTZ) + to_minutes(CAST(coalesce(
            CAST(m.reply_time_in_minutes_calendar AS VARCHAR),
            CAST(m.reply_time_in_minutes AS JSON) ->> '$.calendar'
        ) AS BIGINT))
    ) AS first_response_at,
    CASE WHEN t.status IN ('solved', 'closed') THEN coalesce(l.solved_at, CAST(m.solved_at AS TIMESTAMPTZ)) END AS solved_at,
    l.reopened_at,
    t.status,
    t.subject,
    t.type AS ticket_type,
    t.via_channel AS channel,
    t.assignee_id
FROM source.ticket AS t
LEFT JOIN source.user AS u ON u.id = t.requester_id
LEFT JOIN responses AS r ON r.ticket_id = t.id
LEFT JOIN lives AS l ON l.ticket_id = t.id
LEFT JOIN source.ticket_metric AS m ON m.ticket_id = t.id
WHERE t.status IS DISTINCT FROM 'deleted' AND NOT coalesce(CAST(t._fivetran_deleted AS BOOLEAN), false)
