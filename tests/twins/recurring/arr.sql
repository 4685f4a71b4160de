-- 12 x mrr at the month's end t (sheet 5).
-- MRR = mrr, else price x quantity x (1 - discount) / billing months; price 0 (a trial, a discount of 100 %) is no subscription.
-- Live at t: started before t and not ended before t; one ending exactly at t is still live at t (G2).
-- Another currency: at the rate of the start date (G5: the event's date), so no FX effect moves it later.
-- cancelled_at plays no part (13: churn_date=term_end). No account: (unmatched) and total. Tier just before t.
WITH live_then AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_end) AS tier, s.mrr
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_end)),
groups AS (SELECT DISTINCT tier FROM live_then UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, 12 * coalesce(sum(l.mrr), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN live_then l ON l.month = m.period_start AND (g.tier IS NULL OR l.tier = g.tier)
GROUP BY ALL ORDER BY ALL
