-- Entitled features used in [t - 30 d, t) / entitled features, t = the month's end (sheet 7), counted per account and feature.
-- Entitled at t: a licence row with a feature, live at t (13 "Licences"). Used: at least one use of that feature by someone of the
-- account, while entitled; other features are ignored (sheet 7), our own people are out (G6). Nothing entitled: null. Tier just before t.
WITH entitled AS (
    SELECT DISTINCT m.period_start AS month, m.period_end, l.account_id, l.feature, tier_before(l.account_id, m.period_end) AS tier
    FROM months m JOIN licences l ON l.feature IS NOT NULL AND live(l.started_on, l.ended_on, m.period_end)),
known AS (
    SELECT e.month, e.tier,
           EXISTS (SELECT 1 FROM usage_events u JOIN licences l ON l.account_id = u.account_id AND l.feature = u.feature
                       AND l.started_on <= u.occurred_at AND (l.ended_on IS NULL OR u.occurred_at < l.ended_on)
                   WHERE u.account_id = e.account_id AND u.feature = e.feature
                     AND u.occurred_at >= e.period_end - INTERVAL 30 DAYS AND u.occurred_at < e.period_end) AS used
    FROM entitled e),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.used) / nullif(count(k.used), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
