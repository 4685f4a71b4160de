-- survey_responses: the score given when a ticket was closed is an answer to a satisfaction survey, 1 to 5.
-- 825 tickets have none. Only 3, 4 and 5 ever occur, so read csat against itself, not against other companies.
SELECT
    ticket_id AS response_id,
    'csat' AS survey,
    account_id,
    closed_at AS answered_at,
    satisfaction_score AS score,
    1 AS scale_min,
    5 AS scale_max,
    priority,
    _row, _file
FROM files.ravenstack_support_tickets
WHERE satisfaction_score IS NOT NULL
