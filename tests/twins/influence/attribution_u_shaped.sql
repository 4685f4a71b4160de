-- 40 % to the first touch, 40 % to the last, 20 % equally to those between (sheet 6); two touches 50/50, one 100 %.
-- The weights of a path are brought to 1. Positions, not channels: a channel that is first and last collects 80 %.
-- Path and total as in attribution_first.
WITH weighted AS (
    SELECT *, CASE WHEN n <= 2 THEN 0.4 WHEN pos IN (1, n) THEN 0.4 ELSE 0.2 / (n - 2) END AS weight FROM paths WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight / sum(weight) OVER (PARTITION BY opportunity_id) AS credit
    FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
