/*
about: Requests for help from outside; those of internal people are out.
key: [ticket_id]
primary: tickets
stored: false
*/
SELECT t.*
FROM tickets t
LEFT JOIN (SELECT contact_id AS internal_id FROM contacts WHERE is_internal) i ON i.internal_id = t.contact_id
WHERE i.internal_id IS NULL
