/*
about: Agents and admins of Zendesk.
needs: {user: [id, role]}
uses: {user: [email, name]}
*/
SELECT
    u.id AS employee_id,
    coalesce(u.name, u.email, CAST(u.id AS VARCHAR)) AS name,
    u.email,
    u.role
FROM source.user AS u
WHERE u.role IN ('agent', 'admin')
