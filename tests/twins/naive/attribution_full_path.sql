-- Naive: the parts as they stand in the book, also where a milestone has no touch: what it should have had is lost.
WITH weighted AS (
    SELECT *, CASE WHEN pos = first_pos THEN 0.225 ELSE 0 END + CASE WHEN pos = lead_pos THEN 0.225 ELSE 0 END + CASE WHEN pos = opp_pos THEN 0.225 ELSE 0 END + CASE WHEN pos = won_pos THEN 0.225 ELSE 0 END
           + CASE WHEN pos NOT IN (first_pos, coalesce(lead_pos, 0), coalesce(opp_pos, 0)) THEN 0.1 / n ELSE 0 END AS weight
    FROM paths JOIN milestones USING (opportunity_id) WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight AS credit FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
