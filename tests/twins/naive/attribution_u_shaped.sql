-- Naive: 40 % to the first, 40 % to the last and 20 % to those between, also where nothing lies between: a fifth is lost.
WITH weighted AS (
    SELECT *, CASE WHEN pos = 1 THEN 0.4 ELSE 0 END + CASE WHEN pos = n THEN 0.4 ELSE 0 END + CASE WHEN pos > 1 AND pos < n THEN 0.2 / (n - 2) ELSE 0 END AS weight FROM paths WHERE status = 'won'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount * weight AS credit FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
