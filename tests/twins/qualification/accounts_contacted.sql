-- Prospects reached out to in the month (sheet 2): distinct accounts with at least one outbound touch while not yet a customer.
-- Touch = call, meeting, message, chat, e-mail by hand (13); an attempt that found nobody (t17 no_answer, voicemail) is reaching out;
-- automated mail, ads and touches without direction are not. Prospect = no won opportunity before the touch (13 "New customer"): what
-- comes after the first win (t04, t16) is no outreach to a prospect. Rows of no account are ignored. Tier at the month's first such touch.
WITH firsts AS (
    SELECT account_id, min(closed_at) AS won_at FROM opportunities
    WHERE status = 'won' AND account_id IS NOT NULL AND closed_at IS NOT NULL GROUP BY account_id),
outreach AS (  -- per month and prospect: the first outbound touch
    SELECT date_trunc('month', a.occurred_at)::DATE AS month, a.account_id, min(a.occurred_at) AS first_at,
           first(a.kind ORDER BY a.occurred_at, a.activity_id) AS method, any_value(f.won_at) AS won_at
    FROM activities a LEFT JOIN firsts f USING (account_id)
    WHERE is_touch(a.kind, a.is_automated) AND a.direction = 'outbound' AND a.account_id IS NOT NULL
      AND a.occurred_at >= DATE '2024-01-01' AND a.occurred_at < DATE '2024-08-01'
      AND (f.won_at IS NULL OR a.occurred_at < f.won_at)
    GROUP BY ALL),
contacted AS (
    SELECT month, method, tier_at(account_id, first_at) AS tier, account_id,
           coalesce(won_at < month + INTERVAL 1 MONTH, false) AS won
    FROM outreach),
groups AS (SELECT DISTINCT tier FROM contacted UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(DISTINCT c.account_id)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN contacted c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
