/*
about: contacts belong to no account
mend: Name their account in the CRM.
severity: note
*/
SELECT contact_id, account_id_given FROM contacts WHERE account_id IS NULL AND NOT COALESCE(is_internal, FALSE)
