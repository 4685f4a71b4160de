/*
about: The time in which a required role of an account is filled by somebody who counts as engaged.
key: [account_id, buying_role, contact_id, engaged_at]
primary: activities
stored: false
*/
SELECT r.account_id, r.buying_role, r.roles, r.known_at AS account_known_at, p.contact_id, p.engaged_at, p.engaged_until, p.known_from
FROM contact_presence p
JOIN required_roles r ON r.account_id = p.account_id AND r.buying_role = p.buying_role
WHERE p.known_from IS NOT NULL
