/*
about: Contacts of HubSpot.
needs: {contact: [id]}
uses:
  contact: [property_associatedcompanyid, property_email, property_firstname, property_lastname, property_jobtitle,
    property_hs_seniority, property_hs_buying_role, property_createdate, is_deleted, _fivetran_deleted]
*/
SELECT
    c.id AS contact_id,
    c.property_associatedcompanyid AS account_id,
    c.property_email AS email,
    nullif(trim(concat_ws(' ', c.property_firstname, c.property_lastname)), '') AS name,
    c.property_jobtitle AS title,
    c.property_hs_seniority AS seniority,
    lower(split_part(c.property_hs_buying_role, ';', 1)) AS buying_role, -- the first of several
    c.property_createdate AS created_at
FROM source.contact AS c
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), CAST(c._fivetran_deleted AS BOOLEAN), false)
