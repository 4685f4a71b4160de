/*
about: tickets were solved before they were created; they are left out of durations
mend: Correct created_at or solved_at in the help desk, or the mapping of the two.
*/
SELECT ticket_id, created_at, solved_at FROM tickets WHERE solved_at < created_at
