/*
about: Leads of Salesforce. When one became an MQL or SQL stands in columns of your own - add them.
needs: {lead: [id, created_date]}
uses: {lead: [email, converted_account_id, converted_contact_id, lead_source, is_converted, converted_date, owner_id,
    status, is_deleted]}
*/
SELECT
    l.id AS lead_id,
    l.created_date AS created_at,
    l.email,
    l.converted_account_id AS account_id,
    l.converted_contact_id AS contact_id,
    l.lead_source AS source,
    CASE WHEN CAST(l.is_converted AS BOOLEAN) THEN l.converted_date END AS converted_at,
    l.status,
    -- keep: l.*_c of lead
    l.owner_id
FROM source.lead AS l
WHERE NOT coalesce(CAST(l.is_deleted AS BOOLEAN), false)
