-- Naive: the last touch *before* the conversion; one at the instant of the close is lost, and with it deals whose only touch it was.
WITH weighted AS (
    SELECT * FROM paths WHERE status = 'won' AND occurred_at < closed_at
    QUALIFY row_number() OVER (PARTITION BY opportunity_id ORDER BY occurred_at DESC, activity_id DESC) = 1),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount AS credit FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
