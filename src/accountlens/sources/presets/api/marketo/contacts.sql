/*
about: People of Marketo.
needs: {lead: [id]}
uses: {lead: [email, first_name, last_name, title, created_at, company, is_deleted]}
*/
SELECT
    l.id AS contact_id,
    l.email,
    nullif(trim(concat_ws(' ', l.first_name, l.last_name)), '') AS name,
    l.title,
    l.company,
    l.created_at
FROM source.lead AS l
WHERE NOT coalesce(CAST(l.is_deleted AS BOOLEAN), false)
