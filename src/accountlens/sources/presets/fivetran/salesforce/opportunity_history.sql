/*
about: What a deal was from each change on, from Salesforce's own object OpportunityHistory.
needs: {opportunity_history: [opportunity_id, created_date, stage_name]}
uses: {opportunity_history: [amount, probability, is_deleted]}
*/
SELECT
    h.opportunity_id,
    h.created_date AS changed_at,
    h.stage_name AS stage,
    h.amount,
    CAST(h.probability AS DOUBLE) / 100 AS probability
FROM source.opportunity_history AS h
WHERE NOT coalesce(CAST(h.is_deleted AS BOOLEAN), false)
