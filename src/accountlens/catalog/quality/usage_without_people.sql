/*
about: rows of use name no person; seat_adoption and stickiness cannot count them
mend: Map the user to contact_id.
severity: note
*/
SELECT account_id, occurred_at, feature FROM usage_events WHERE contact_id IS NULL
