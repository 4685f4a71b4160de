/*
about: Times in which a ticket was open - from its creation until it was solved, and again after it was reopened. One said to be solved without a time is left out.
key: [ticket_id, opened_at]
primary: tickets
stored: false
*/
WITH told AS (
    SELECT ticket_id, account_id, contact_id, priority, status, created_at, solved_at, reopened_at,
        LOWER(COALESCE(status, 'open')) IN ('solved', 'closed') AS is_over FROM client_tickets
)
SELECT ticket_id, account_id, contact_id, priority, status, created_at AS opened_at, solved_at, FALSE AS is_reopened
FROM told
WHERE solved_at IS NOT NULL OR NOT is_over
UNION ALL
-- no ticket is open before it was created, whatever its times say
SELECT ticket_id, account_id, contact_id, priority, status, CASE WHEN reopened_at < created_at THEN created_at ELSE reopened_at END,
    CAST(NULL AS TIMESTAMP), TRUE
FROM told
WHERE reopened_at >= solved_at AND NOT is_over
