/*
about: Contact roles of opportunities.
needs: {opportunity_contact_role: [opportunity_id, contact_id]}
uses: {opportunity_contact_role: [role, is_deleted]}
*/
SELECT
    r.opportunity_id,
    r.contact_id,
    r.role
FROM source.opportunity_contact_role AS r
WHERE NOT coalesce(CAST(r.is_deleted AS BOOLEAN), false)
