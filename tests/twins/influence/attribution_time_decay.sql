-- Weight 2^(-days before the conversion / 7), fractions of days kept (G5), brought to 1 per path (sheet 6), by channel.
-- A touch at the very conversion weighs 1. Path and total as in attribution_first.
WITH weighted AS (SELECT *, 2 ^ (-(epoch(closed_at - occurred_at) / 86400) / 7) AS weight FROM paths WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight / sum(weight) OVER (PARTITION BY opportunity_id) AS credit
    FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
