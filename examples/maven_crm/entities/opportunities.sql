-- opportunities: every deal of the pipeline. Nothing is left out: 1,425 open deals name no account and count as
-- (unmatched), 500 prospects have no date yet and take no part in measures of time.
WITH deals AS (
    SELECT
        *,
        -- The pipeline writes GTXPro, the price list GTX Pro; a plain join would lose 1,480 deals.
        CASE product WHEN 'GTXPro' THEN 'GTX Pro' ELSE product END AS product_id
    FROM files.sales_pipeline
)
SELECT
    deals.opportunity_id,
    CASE deals.deal_stage
        WHEN 'Won' THEN 'won'
        WHEN 'Lost' THEN 'lost'
        WHEN 'Prospecting' THEN 'open'
        WHEN 'Engaging' THEN 'open'
        ELSE deals.deal_stage                               -- a new word ends in quarantine, with its name
    END AS status,
    deals.deal_stage AS stage,
    deals.engage_date AS created_at,                        -- a deal begins when the customer engages
    deals.close_date AS closed_at,
    deals.account AS account_id,
    deals.sales_agent AS owner_id,
    deals.product_id,
    -- Only won deals have a value. Open and lost ones (the source says 0) are worth the list price of their product;
    -- `amount_is` says which, and is a dimension like any other. There is no probability: none is given.
    CASE WHEN deals.deal_stage = 'Won' THEN deals.close_value ELSE products.sales_price END AS amount,
    CASE WHEN deals.deal_stage = 'Won' THEN 'closing value' ELSE 'list price' END AS amount_is,
    products.series,
    teams.regional_office AS sales_region,
    teams.manager AS sales_manager,
    deals._row, deals._file
FROM deals
LEFT JOIN files.products AS products ON products.product = deals.product_id
LEFT JOIN files.sales_teams AS teams ON teams.sales_agent = deals.sales_agent
