-- tickets: the first response is given as minutes after the ticket.
SELECT
    ticket_id,
    account_id,
    submitted_at AS created_at,
    CAST(submitted_at AS TIMESTAMP) + to_minutes(CAST(first_response_time_minutes AS BIGINT)) AS first_response_at,
    closed_at AS solved_at,
    'solved' AS status,                                     -- every ticket has been closed
    priority,
    escalation_flag,
    _row, _file
FROM files.ravenstack_support_tickets
