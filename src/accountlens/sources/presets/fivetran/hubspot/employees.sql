/*
about: Owners of HubSpot.
needs: {owner: [owner_id]}
uses:
  owner: [email, first_name, last_name]
  owner_team: [owner_id, team_id, is_team_primary]
  team: [id, name]
or_empty: [owner_team, team]
*/
SELECT
    o.owner_id AS employee_id,
    coalesce(nullif(trim(concat_ws(' ', o.first_name, o.last_name)), ''), o.email, CAST(o.owner_id AS VARCHAR)) AS name,
    o.email,
    t.team
FROM source.owner AS o
LEFT JOIN (
    SELECT m.owner_id, arg_max(g.name, coalesce(CAST(m.is_team_primary AS BOOLEAN), false)) AS team
    FROM source.owner_team AS m JOIN source.team AS g ON g.id = m.team_id
    GROUP BY m.owner_id
) AS t ON t.owner_id = o.owner_id
