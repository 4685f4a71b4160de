/*
about: Companies of HubSpot.
needs: {company: [id, property_name]}
uses:
  company: [property_domain, property_industry, property_country, property_state, property_hs_parent_company_id,
    property_hubspot_owner_id, property_numberofemployees, property_annualrevenue, property_createdate,
    property_hs_ideal_customer_profile, property_lifecyclestage, property_hs_is_target_account, is_deleted, merged_into_id, updated_at]
*/
SELECT
    c.id AS account_id,
    coalesce(nullif(trim(c.property_name), ''), c.property_domain, CAST(c.id AS VARCHAR)) AS name,
    c.property_domain AS domain,
    c.property_hs_parent_company_id AS parent_account_id,
    c.property_industry AS industry,
    c.property_state AS region,
    c.property_country AS country,
    c.property_hs_ideal_customer_profile AS tier, -- tier_1, tier_2, tier_3
    c.property_hubspot_owner_id AS owner_id,
    c.property_numberofemployees AS employees,
    c.property_annualrevenue AS annual_revenue,
    c.property_lifecyclestage AS lifecycle_stage,
    c.property_hs_is_target_account AS is_target_account,
    -- keep: c.property_* of company
    c.property_createdate AS created_at,
    c.merged_into_id,
    CASE WHEN c.merged_into_id IS NOT NULL THEN k.updated_at END AS merged_at
FROM source.company AS c
LEFT JOIN source.company AS k ON k.id = c.merged_into_id
-- A merged company is gone; what still points to it counts for the one that is left.
WHERE NOT coalesce(CAST(c.is_deleted AS BOOLEAN), false) OR c.merged_into_id IS NOT NULL
