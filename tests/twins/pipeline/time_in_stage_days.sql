-- Time per opportunity and stage, re-entries added up; mean over the (opportunity, stage) pairs that left the stage in the
-- month (sheet 3, visits=cumulative). What counts is known by the month's end: visits completed before it (G1).
-- A visit begins when the history names another stage than before (a row repeating the stage, or without one, begins nothing)
-- and ends at the next stage or at the closing. A "stage" entered at or after the closing (Closed Won) is not a visit.
-- Stages still occupied take no part. Opportunities without stage history have no visits. Tier at the (last) leaving.
WITH named AS (
    SELECT h.opportunity_id, h.stage, h.changed_at, o.account_id, o.closed_at,
           lag(h.stage) OVER (PARTITION BY h.opportunity_id ORDER BY h.changed_at) AS stage_before
    FROM opportunity_history h JOIN opportunities o USING (opportunity_id)
    WHERE h.stage IS NOT NULL AND (o.closed_at IS NULL OR h.changed_at < o.closed_at)),
visits AS (
    SELECT opportunity_id, account_id, stage, changed_at AS entered_at,
           coalesce(lead(changed_at) OVER (PARTITION BY opportunity_id ORDER BY changed_at), closed_at) AS left_at
    FROM named WHERE stage IS DISTINCT FROM stage_before),
pairs AS (
    SELECT m.period_start AS month, v.account_id, max(v.left_at) AS last_left_at,
           sum(epoch(v.left_at - v.entered_at)) / 86400 AS days
    FROM months m JOIN visits v ON v.left_at < m.period_end
    GROUP BY m.period_start, v.opportunity_id, v.account_id, v.stage
    HAVING max(v.left_at) >= m.period_start),
tiered AS (SELECT *, tier_at(account_id, last_left_at) AS tier FROM pairs),
groups AS (SELECT DISTINCT tier FROM tiered UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(t.days) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN tiered t ON t.month = m.period_start AND (g.tier IS NULL OR t.tier = g.tier)
GROUP BY ALL ORDER BY ALL
