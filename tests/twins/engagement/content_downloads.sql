-- Count of content_downloaded events in the month (sheet 1). Bots out, duplicates once; an unknown account_id falls back to the
-- contact's account (G6), else (unmatched). Tier at the event.
WITH events AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier, activity_id
    FROM activities
    WHERE kind = 'content_downloaded'
      AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM events UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(e.activity_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN events e ON e.month = m.period_start AND (g.tier IS NULL OR e.tier = g.tier)
GROUP BY ALL ORDER BY ALL
