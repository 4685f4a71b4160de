/*
about: People of Marketo as leads.
needs: {lead: [id, created_at]}
uses: {lead: [email, lead_score, lead_source, original_source_type, is_deleted]}
*/
SELECT
    l.id AS lead_id,
    l.created_at,
    l.email,
    l.id AS contact_id,
    coalesce(l.lead_source, l.original_source_type) AS source,
    l.lead_score AS score
FROM source.lead AS l
WHERE NOT coalesce(CAST(l.is_deleted AS BOOLEAN), false)
