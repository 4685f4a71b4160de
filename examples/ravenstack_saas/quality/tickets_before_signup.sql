/*
about: tickets are older than their account
mend: They count. Check signup_date in the source.
severity: note
*/
SELECT t.ticket_id, t.created_at, a.created_at AS signed_up_at FROM tickets AS t
JOIN accounts AS a ON a.account_id = t.account_id
WHERE t.created_at < a.created_at
