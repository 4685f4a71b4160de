/*
about: Deals of HubSpot.
needs:
  deal: [deal_id, deal_pipeline_stage_id]
  deal_pipeline_stage: [stage_id, label]
uses:
  deal: [owner_id, property_dealname, property_amount, property_closedate, property_createdate, property_dealtype,
    property_deal_currency_code, property_hs_analytics_source, is_deleted, _fivetran_deleted]
  deal_pipeline_stage: [pipeline_id, probability, closed_won, is_closed]
  deal_pipeline: [pipeline_id, label]
  deal_company: [deal_id, company_id, type_id]
or_empty: [deal_pipeline, deal_company]
*/
WITH companies AS ( -- the primary company (type 5), else the first
    SELECT
        deal_id,
        arg_min(company_id, (CASE WHEN CAST(d.type_id AS INTEGER) = 5 THEN 0 ELSE 1 END, CAST(company_id AS VARCHAR)))
            AS company_id
    FROM source.deal_company AS d GROUP BY deal_id
),
stages AS ( -- closed and certain is won; closed and not is lost
    SELECT
        s.stage_id,
        s.pipeline_id,
        s.label,
        CAST(s.probability AS DOUBLE) AS probability,
        coalesce(CAST(s.closed_won AS BOOLEAN), CAST(s.is_closed AS BOOLEAN) AND CAST(s.probability AS DOUBLE) = 1,
            CAST(s.probability AS DOUBLE) = 1) AS is_won,
        coalesce(CAST(s.is_closed AS BOOLEAN), CAST(s.probability AS DOUBLE) IN (0, 1)) AS is_closed
    FROM source.deal_pipeline_stage AS s
)
SELECT
    d.deal_id AS opportunity_id,
    c.company_id AS account_id,
    d.property_dealname AS name,
    CASE WHEN s.is_won THEN 'won' WHEN s.is_closed THEN 'lost' ELSE 'open' END AS status,
    coalesce(s.label, CAST(d.deal_pipeline_stage_id AS VARCHAR)) AS stage,
    d.property_amount AS amount,
    upper(d.property_deal_currency_code) AS currency,
    s.probability,
    d.property_createdate AS created_at,
    CASE WHEN s.is_won OR s.is_closed THEN d.property_closedate END AS closed_at,
    CASE lower(d.property_dealtype) WHEN 'newbusiness' THEN 'new_business' WHEN 'renewal' THEN 'renewal' END AS type,
    d.property_dealtype AS deal_type, -- existingbusiness may be an upsell, a cross-sell or a renewal: say which
    d.owner_id,
    d.property_hs_analytics_source AS source,
    -- keep: d.property_* of deal
    p.label AS pipeline
FROM source.deal AS d
LEFT JOIN stages AS s ON s.stage_id = d.deal_pipeline_stage_id
LEFT JOIN source.deal_pipeline AS p ON p.pipeline_id = s.pipeline_id
LEFT JOIN companies AS c ON c.deal_id = d.deal_id
WHERE NOT coalesce(CAST(d.is_deleted AS BOOLEAN), CAST(d._fivetran_deleted AS BOOLEAN), false)
