-- Naive: the first campaign touch the account ever had, however long ago: without the lookback, the channels of last year's leads collect.
WITH weighted AS (
    SELECT o.opportunity_id, o.closed_at, o.amount, (SELECT arg_min(t.channel, t.occurred_at) FROM campaign_touches t WHERE t.account_id = o.account_id) AS channel
    FROM opportunities o WHERE o.status = 'won' AND o.closed_at >= DATE '2024-01-01' AND o.closed_at < DATE '2024-08-01'),
credits AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, channel, amount AS credit FROM weighted),
groups AS (SELECT DISTINCT channel FROM credits UNION ALL SELECT NULL)
SELECT m.period_start, g.channel, coalesce(sum(c.credit), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN credits c ON c.month = m.period_start AND (g.channel IS NULL OR c.channel = g.channel)
GROUP BY ALL ORDER BY ALL
