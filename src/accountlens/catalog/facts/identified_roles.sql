/*
about: The time in which a required role of an account is filled by somebody we know, engaged or not.
key: [account_id, buying_role, contact_id]
primary: contacts
stored: false
*/
SELECT r.account_id, r.buying_role, r.roles, r.known_at AS account_known_at, c.contact_id, c.known_at, c.gone_at
FROM known_contacts c
JOIN required_roles r ON r.account_id = c.account_id AND r.buying_role = c.buying_role
