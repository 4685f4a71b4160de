/*
about: End users of Zendesk.
needs: {user: [id, role]}
uses: {user: [organization_id, email, name, created_at, suspended]}
*/
SELECT
    u.id AS contact_id,
    u.organization_id AS account_id,
    u.email,
    u.name,
    u.created_at
FROM source.user AS u
WHERE u.role = 'end-user'
