-- Distinct sessions of page views (sheet 1, unit=session). A session = its session_id, else a run of one visitor's page views
-- with less than 30 minutes between two (visitor: contact, else account).
-- AMBIGUOUS: a session over midnight of a month's end. Read: it counts once, in the month it began; only unique visitors are
-- called non-additive over periods (sheet 1). Bots and our own people are out (G6). Tier at the session's first view.
WITH views AS (SELECT *, coalesce(contact_id, account_id) AS visitor FROM activities WHERE kind = 'page_view'),
gaps AS (
    SELECT *, lag(occurred_at) OVER (PARTITION BY visitor ORDER BY occurred_at) AS view_before FROM views WHERE session_id IS NULL),
visits AS (
    SELECT account_id, min(occurred_at) AS began_at FROM views WHERE session_id IS NOT NULL GROUP BY account_id, session_id
    UNION ALL
    SELECT account_id, occurred_at FROM gaps WHERE view_before IS NULL OR occurred_at - view_before >= INTERVAL 30 MINUTES),
dated AS (
    SELECT date_trunc('month', began_at)::DATE AS month, tier_at(account_id, began_at) AS tier FROM visits
    WHERE began_at >= DATE '2024-01-01' AND began_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM dated UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(d.month)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN dated d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
