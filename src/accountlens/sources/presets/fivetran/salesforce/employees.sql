/*
about: Users of Salesforce. Roles and teams are those of the user's role and department.
needs: {user: [id]}
uses:
  user: [name, first_name, last_name, email, department, division, user_role_id, title, manager_id]
  user_role: [id, name]
or_empty: [user_role]
*/
SELECT
    u.id AS employee_id,
    coalesce(u.name, nullif(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.id) AS name,
    u.email,
    coalesce(u.department, u.division) AS team,
    coalesce(r.name, u.title) AS role,
    u.manager_id
FROM source.user AS u
LEFT JOIN source.user_role AS r ON r.id = u.user_role_id
