-- 22.5 % each to the first touch, the lead's creation, the opportunity's creation and the closing, 10 % equally to the others (sheet 6).
-- Milestones as in attribution_w_shaped; the closing's touch is the last of the path. Weights present are brought to 1.
WITH weighted AS (
    SELECT p.*,
           CASE WHEN pos = first_pos THEN 0.225 ELSE 0 END + CASE WHEN pos = lead_pos THEN 0.225 ELSE 0 END
           + CASE WHEN pos = opp_pos THEN 0.225 ELSE 0 END + CASE WHEN pos = won_pos THEN 0.225 ELSE 0 END AS peaks,
           CASE WHEN peaks > 0 THEN peaks
                ELSE 0.1 / count(*) FILTER (WHERE NOT coalesce(pos = first_pos, false) AND NOT coalesce(pos = lead_pos, false)
                                              AND NOT coalesce(pos = opp_pos, false) AND pos <> won_pos)
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
