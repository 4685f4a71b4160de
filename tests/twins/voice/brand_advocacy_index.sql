-- 1 x mentions + 3 x reviews + 5 x referrals of the month, positive ones (sheet 6, default weights; 13 "Voice").
-- Positive as in brand_advocacy: a mention unless its sentiment is known and not positive; a review with rating >= 4 of 5; every
-- referral. No account: (unmatched) and total. Tier at the event.
WITH praise AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier,
           CASE kind WHEN 'mention' THEN 1 WHEN 'review' THEN 3 ELSE 5 END AS weight
    FROM advocacy_events
    WHERE ((kind = 'mention' AND coalesce(sentiment, 'positive') = 'positive') OR (kind = 'review' AND rating >= 4) OR kind = 'referral')
      AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM praise UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(p.weight), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN praise p ON p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)
GROUP BY ALL ORDER BY ALL
