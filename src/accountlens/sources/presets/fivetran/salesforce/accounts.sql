/*
about: Accounts of Salesforce.
needs: {account: [id, name]}
uses:
  account: [website, parent_id, industry, billing_country, billing_state, type, owner_id, number_of_employees,
    annual_revenue, currency_iso_code, created_date, is_deleted, master_record_id, system_modstamp]
*/
WITH RECURSIVE standing AS ( -- a merged account is deleted too; it counts for the one that is left
    SELECT a.id FROM source.account AS a
    WHERE NOT coalesce(CAST(a.is_deleted AS BOOLEAN), false)
    UNION
    SELECT a.id FROM source.account AS a
    JOIN standing AS s ON s.id = a.master_record_id
)
SELECT
    a.id AS account_id,
    a.name,
    nullif(regexp_extract(lower(a.website), '^\s*(?:https?://)?(?:www\.)?([^/:?#\s]+)', 1), '') AS domain,
    a.parent_id AS parent_account_id,
    a.industry,
    a.billing_state AS region,
    a.billing_country AS country,
    a.owner_id,
    a.number_of_employees AS employees,
    a.annual_revenue,
    upper(a.currency_iso_code) AS currency,
    a.type AS account_type,
    -- keep: a.*_c of account
    a.created_date AS created_at,
    a.master_record_id AS merged_into_id,
    CASE WHEN a.master_record_id IS NOT NULL THEN a.system_modstamp END AS merged_at
FROM source.account AS a
WHERE a.id IN (SELECT s.id FROM standing AS s)
