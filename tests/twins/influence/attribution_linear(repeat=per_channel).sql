-- Option repeat=per_channel: each distinct channel of the path an equal share, however often it touched; the rest as in attribution_linear.
WITH weighted AS (SELECT DISTINCT opportunity_id, closed_at, amount, channel, 1.0 AS weight FROM paths WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight / sum(weight) OVER (PARTITION BY opportunity_id) AS credit
    FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
