/*
about: Stays of an opportunity in a stage, from entering it until the next stage or until it was closed. A change of amount alone is no new stay.
key: [opportunity_id, entered_at]
primary: opportunity_history
*/
WITH recorded AS (
    SELECT opportunity_id, stage, changed_at,
        LAG(stage) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS stage_before
    FROM opportunity_history
    WHERE stage IS NOT NULL
),
entries AS (
    SELECT opportunity_id, stage, changed_at AS entered_at,
        LEAD(changed_at) OVER (PARTITION BY opportunity_id ORDER BY changed_at) AS next_at
    FROM recorded
    WHERE stage_before IS NULL OR stage <> stage_before
),
stays AS (
    SELECT e.opportunity_id, o.account_id, o.owner_id, o.product_id, o.campaign_id, o.type, o.source,
        e.stage, e.entered_at,
        -- on an open deal the close date is a hope, not an event
        CASE WHEN o.status <> 'open' AND (e.next_at IS NULL OR o.closed_at < e.next_at) THEN o.closed_at ELSE e.next_at END AS left_at
    FROM entries e
    LEFT JOIN opportunities o ON o.opportunity_id = e.opportunity_id
),
timed AS (
    SELECT *, KPI_DURATION(entered_at, left_at) AS days
    FROM stays
    WHERE left_at IS NULL OR left_at > entered_at  -- what is written after the close is no stay
)
SELECT *,
    SUM(days) OVER (PARTITION BY opportunity_id, stage ORDER BY entered_at
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS days_so_far,
    LEAD(left_at) OVER (PARTITION BY opportunity_id, stage ORDER BY entered_at) AS next_left_at
FROM timed
