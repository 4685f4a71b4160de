/*
about: What a deal was from each change on, from Fivetran's history mode.
needs: {opportunity_history: [id, _fivetran_start, stage_name]}
uses: {opportunity_history: [amount, probability, owner_id, is_deleted]}
*/
SELECT
    h.id AS opportunity_id,
    h._fivetran_start AS changed_at,
    h.stage_name AS stage,
    h.amount,
    CAST(h.probability AS DOUBLE) / 100 AS probability,
    h.owner_id
FROM source.opportunity_history AS h
WHERE NOT coalesce(CAST(h.is_deleted AS BOOLEAN), false)
