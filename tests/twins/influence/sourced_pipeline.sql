-- Sum of the amounts of the opportunities created in the month whose first touch is marketing (sheet 6).
-- AMBIGUOUS: which touches compete. Read: in [created - 90 d, created], the window of influence, the account's campaign touches and its
-- touches of sections 1/13 (call, meeting, message, chat, e-mail by hand, reply); the earliest (then the smallest id) is one with a
-- campaign. So what sales opened and marketing touched later is influenced, not sourced; sourced is always influenced.
-- The columns source and campaign_id of the opportunity play no part. Amounts, euros, tier as in influenced_pipeline.
WITH touches AS (
    SELECT activity_id, occurred_at, account_id, true AS marketing FROM campaign_touches
    UNION ALL
    SELECT activity_id, occurred_at, account_id, false FROM activities
    WHERE is_touch(kind, is_automated) AND account_id IS NOT NULL AND activity_id NOT IN (SELECT activity_id FROM campaign_touches)),
created AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(o.account_id, created_at) AS tier,
           coalesce(eur(amount_own, currency, created_at), 0) AS amount,
           (SELECT first(t.marketing ORDER BY t.occurred_at, t.activity_id) FROM touches t WHERE t.account_id = o.account_id
            AND t.occurred_at >= o.created_at - INTERVAL 90 DAYS AND t.occurred_at <= o.created_at) AS sourced
    FROM opportunities o
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM created UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, coalesce(sum(c.amount) FILTER (WHERE c.sourced), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN created c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
