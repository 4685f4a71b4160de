/*
about: Opportunities of Salesforce.
needs: {opportunity: [id, is_won, is_closed]}
uses:
  opportunity: [account_id, name, stage_name, amount, currency_iso_code, probability, created_date, close_date, type,
    owner_id, lead_source, campaign_id, is_deleted]
*/
SELECT
    o.id AS opportunity_id,
    o.account_id,
    o.name,
    CASE
        WHEN CAST(o.is_won AS BOOLEAN) THEN 'won'
        WHEN CAST(o.is_closed AS BOOLEAN) THEN 'lost'
        ELSE 'open'
    END AS status,
    o.stage_name AS stage,
    o.amount,
    upper(o.currency_iso_code) AS currency,
    CAST(o.probability AS DOUBLE) / 100 AS probability,
    o.created_date AS created_at,
    CASE WHEN CAST(o.is_closed AS BOOLEAN) THEN o.close_date END AS closed_at,
    CASE -- Salesforce's own words and the usual ones; add yours
        WHEN regexp_matches(o.type, '\bnew\b', 'i') THEN 'new_business'
        WHEN regexp_matches(o.type, 'renew', 'i') THEN 'renewal'
        WHEN regexp_matches(o.type, 'cross', 'i') THEN 'cross_sell'
        WHEN regexp_matches(o.type, 'upsell|up-sell|upgrade|expansion|add-on', 'i') THEN 'upsell'
    END AS type,
    o.type AS opportunity_type,
    o.owner_id,
    o.lead_source AS source,
    -- keep: o.*_c of opportunity
    o.campaign_id
FROM source.opportunity AS o
WHERE NOT coalesce(CAST(o.is_deleted AS BOOLEAN), false)
