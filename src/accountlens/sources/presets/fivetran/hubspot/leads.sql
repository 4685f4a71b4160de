/*
about: Contacts of HubSpot as leads, with the days their lifecycle stage names.
needs: {contact: [id, property_createdate]}
uses:
  contact: [property_associatedcompanyid, property_email, property_hs_analytics_source, property_hubspotscore,
    property_hs_lifecyclestage_marketingqualifiedlead_date, property_hs_lifecyclestage_salesqualifiedlead_date,
    property_hs_lifecyclestage_customer_date, property_hubspot_owner_id, property_lifecyclestage, is_deleted,
    _fivetran_deleted]
*/
SELECT
    c.id AS lead_id,
    c.property_createdate AS created_at,
    c.property_email AS email,
    c.property_associatedcompanyid AS account_id,
    c.id AS contact_id,
    c.property_hs_analytics_source AS source,
    c.property_hubspotscore AS score,
    c.property_hs_lifecyclestage_marketingqualifiedlead_date AS became_mql_at,
    c.property_hs_lifecyclestage_salesqualifiedlead_date AS became_sql_at,
    c.property_hs_lifecyclestage_customer_date AS converted_at,
    c.property_lifecyclestage AS lifecycle_stage,
    c.property_hubspot_owner_id AS owner_id
FROM source.contact AS c
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), CAST(c._fivetran_deleted AS BOOLEAN), false)
