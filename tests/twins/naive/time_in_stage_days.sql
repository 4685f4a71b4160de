-- Wrong: the mean of the visits; who comes back to a stage has spent both visits in it.
WITH named AS (
    SELECT h.opportunity_id, h.stage, h.changed_at, o.closed_at,
           lag(h.stage) OVER (PARTITION BY h.opportunity_id ORDER BY h.changed_at) AS stage_before
    FROM opportunity_history h JOIN opportunities o USING (opportunity_id)
    WHERE h.stage IS NOT NULL AND (o.closed_at IS NULL OR h.changed_at < o.closed_at)),
visits AS (
    SELECT changed_at AS entered_at, coalesce(lead(changed_at) OVER (PARTITION BY opportunity_id ORDER BY changed_at), closed_at) AS left_at
    FROM named WHERE stage IS DISTINCT FROM stage_before)
SELECT m.period_start, avg(epoch(v.left_at - v.entered_at) / 86400) AS value
FROM months m LEFT JOIN visits v ON date_trunc('month', v.left_at) = m.period_start
GROUP BY ALL ORDER BY ALL
