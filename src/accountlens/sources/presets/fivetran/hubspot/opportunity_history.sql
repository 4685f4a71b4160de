/*
about: What a deal was from each change of its stage or amount on.
needs:
  deal_stage: [deal_id, value, date_entered]
  deal_pipeline_stage: [stage_id, label]
uses:
  deal_pipeline_stage: [probability]
  deal_property_history: [deal_id, name, value, timestamp]
or_empty: [deal_property_history]
*/
WITH changes AS (
    SELECT d.deal_id, CAST(d.date_entered AS TIMESTAMPTZ) AS changed_at, d.value AS stage_id, NULL AS amount
    FROM source.deal_stage AS d
    UNION ALL
    SELECT h.deal_id, CAST(h.timestamp AS TIMESTAMPTZ), NULL, nullif(h.value, '')
    FROM source.deal_property_history AS h WHERE h.name = 'amount'
),
instants AS ( -- a stage and an amount that changed at once are one change
    SELECT deal_id, changed_at, max(stage_id) AS stage_id, max(amount) AS amount
    FROM changes GROUP BY deal_id, changed_at
),
states AS (
    SELECT
        deal_id,
        changed_at,
        last_value(stage_id IGNORE NULLS) OVER so_far AS stage_id,
        last_value(amount IGNORE NULLS) OVER so_far AS amount
    FROM instants
    WINDOW so_far AS (PARTITION BY deal_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT
    h.deal_id AS opportunity_id,
    h.changed_at,
    coalesce(s.label, CAST(h.stage_id AS VARCHAR)) AS stage,
    h.amount,
    CAST(s.probability AS DOUBLE) AS probability
FROM states AS h
LEFT JOIN source.deal_pipeline_stage AS s ON s.stage_id = h.stage_id
