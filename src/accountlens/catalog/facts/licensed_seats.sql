/*
about: Seats an account pays for, and whether all use is anonymous - then nobody can be counted.
primary: licences
reduced: true
*/
WITH named AS (
    SELECT COUNT(*) AS uses, COUNT(contact_id) AS uses_by_people FROM usage_events
)
SELECT l.account_id, l.seats, l.started_on, l.ended_on,
    (n.uses > 0 AND n.uses_by_people = 0) AS is_anonymous
FROM licences l
CROSS JOIN named n
WHERE l.feature IS NULL
