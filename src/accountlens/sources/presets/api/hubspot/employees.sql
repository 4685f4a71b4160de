/*
about: Owners of HubSpot, those who left too.
needs: {owner: [owner_id]}
uses:
  owner: [email, first_name, last_name]
  owner_team: [owner_id, name, is_team_primary]
or_empty: [owner_team]
*/
SELECT
    o.owner_id AS employee_id,
    coalesce(nullif(trim(concat_ws(' ', o.first_name, o.last_name)), ''), o.email, CAST(o.owner_id AS VARCHAR)) AS name,
    o.email,
    t.team
FROM source.owner AS o
LEFT JOIN (
    SELECT m.owner_id, arg_max(m.name, coalesce(CAST(m.is_team_primary AS BOOLEAN), false)) AS team
    FROM source.owner_team AS m
    GROUP BY m.owner_id
) AS t ON t.owner_id = o.owner_id
