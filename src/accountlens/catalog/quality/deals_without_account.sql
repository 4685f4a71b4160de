/*
about: opportunities belong to no account; they count in totals as (unmatched)
mend: Name the account of these deals in the CRM, or correct the mapping of account_id.
*/
SELECT opportunity_id, account_id_given FROM opportunities WHERE account_id IS NULL
