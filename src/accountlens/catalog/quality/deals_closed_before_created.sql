/*
about: opportunities were closed before they were created; they are left out of durations
mend: Correct created_at or closed_at in the CRM.
*/
SELECT opportunity_id, created_at, closed_at FROM opportunities WHERE status <> 'open' AND closed_at < created_at
