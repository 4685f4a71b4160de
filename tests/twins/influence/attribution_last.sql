-- Won value credited to the channel of the last touch of each path (sheet 6, touches at the very closing count; of two at the same
-- instant the greater id is the last), by channel; dated at the closing. Path and total as in attribution_first.
WITH weighted AS (SELECT *, CASE WHEN pos = n THEN 1.0 ELSE 0 END AS weight FROM paths WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight / sum(weight) OVER (PARTITION BY opportunity_id) AS credit
    FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
