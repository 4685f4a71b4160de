/*
about: activities belong to no account; they count in totals as (unmatched)
mend: Map the account or the contact of activities, or add the missing accounts.
severity: note
*/
SELECT activity_id, account_id_given, contact_id FROM activities WHERE account_id IS NULL
