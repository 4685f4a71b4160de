-- 30 % each to the first touch, the touch of the lead's creation and of the opportunity's, 10 % equally to the others (sheet 6).
-- Milestone touch = the last touch of the path at or before the milestone; lead = the earliest lead of the account (13).
-- One touch holding several adds their weights; what is missing (a milestone without touch, no other touch) goes to the rest in
-- proportion: the weights present are brought to 1. A milestone later than the conversion is none (G1). Path and total as in attribution_first.
WITH weighted AS (
    SELECT p.*,
           CASE WHEN pos = first_pos THEN 0.3 ELSE 0 END + CASE WHEN pos = lead_pos THEN 0.3 ELSE 0 END + CASE WHEN pos = opp_pos THEN 0.3 ELSE 0 END AS peaks,
           CASE WHEN peaks > 0 THEN peaks
                ELSE 0.1 / count(*) FILTER (WHERE NOT coalesce(pos = first_pos, false) AND NOT coalesce(pos = lead_pos, false) AND NOT coalesce(pos = opp_pos, false))
                     OVER (PARTITION BY p.opportunity_id) END AS weight
    FROM paths p JOIN milestones USING (opportunity_id) WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight / sum(weight) OVER (PARTITION BY opportunity_id) AS credit
    FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
