-- Calls and meetings with status completed and a contact, in the month (13 "Engagement"). Voicemail, no answer, and a call whose
-- person is not known are touches only. A person of no account converses in (unmatched) and total. Tier at the event.
WITH events AS (
    SELECT date_trunc('month', occurred_at)::DATE AS month, tier_at(account_id, occurred_at) AS tier, activity_id
    FROM activities
    WHERE kind IN ('call', 'meeting') AND status = 'completed' AND contact_id IS NOT NULL
      AND occurred_at >= DATE '2024-01-01' AND occurred_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM events UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(e.activity_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN events e ON e.month = m.period_start AND (g.tier IS NULL OR e.tier = g.tier)
GROUP BY ALL ORDER BY ALL
