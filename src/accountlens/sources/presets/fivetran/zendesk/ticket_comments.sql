/*
about: Comments on tickets of Zendesk - who wrote when, never what.
needs: {ticket_comment: [ticket_id, created], user: [id, role]}
uses: {ticket_comment: [user_id, public]}
*/
SELECT
    c.ticket_id,
    c.created AS occurred_at,
    CASE WHEN u.role IN ('agent', 'admin') THEN 'agent' WHEN u.role = 'end-user' THEN 'customer' END AS author_kind,
    coalesce(CAST(c.public AS BOOLEAN), true) AS is_public
FROM source.ticket_comment AS c
LEFT JOIN source.user AS u ON u.id = c.user_id
