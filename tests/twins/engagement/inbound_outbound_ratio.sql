-- Inbound touches of the month / outbound touches of the month (sheet 1). No outbound touch: null.
-- Touch: call, meeting, message, chat, e-mail sent by hand or replied (13). One without a direction is in neither. Automated mail
-- is no touch; bots and our own people are out (G6). Touches of no account: (unmatched) and total. Tier at the event.
WITH events AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier, direction
    FROM activities
    WHERE is_touch(kind, is_automated) AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM events UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(*) FILTER (WHERE e.direction = 'inbound') / nullif(count(*) FILTER (WHERE e.direction = 'outbound'), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN events e ON e.month = m.period_start AND (g.tier IS NULL OR e.tier = g.tier)
GROUP BY ALL ORDER BY ALL
