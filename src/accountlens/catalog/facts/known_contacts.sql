/*
about: The time in which a person of an account is known to us. Internal people are out.
key: [contact_id]
primary: contacts
stored: false
*/
SELECT contact_id, account_id, buying_role, seniority, created_at AS known_at, CAST(NULL AS TIMESTAMP) AS gone_at
FROM contacts
WHERE NOT COALESCE(is_internal, FALSE)
