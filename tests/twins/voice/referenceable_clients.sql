-- Customers who can be named as a reference at the month's end t / customers at t (sheet 6).
-- AMBIGUOUS: the unit is "count, fraction". Read: the value is the formula as written, a quotient; the count is its part.
-- Can be named: a reference whose consent is still valid at t (occurred before t, valid_until not before t), or a completed
-- reference action (reference or case_study) in the 12 calendar months before t. Customer = account with MRR live at t; rows of
-- no account are ignored. Tier just before t, above and below the line.
WITH customers AS (
    SELECT DISTINCT m.period_start AS month, m.period_end, s.account_id, tier_before(s.account_id, m.period_end) AS tier
    FROM months m JOIN subscriptions s ON live(s.started_on, s.ended_on, m.period_end) WHERE s.account_id IS NOT NULL),
known AS (
    SELECT c.month, c.tier,
           EXISTS (SELECT 1 FROM advocacy_events e
                   WHERE e.account_id = c.account_id AND e.kind IN ('reference', 'case_study') AND e.occurred_at < c.period_end
                     AND (e.valid_until >= c.period_end OR e.occurred_at >= c.period_end - INTERVAL 12 MONTHS)) AS referenceable
    FROM customers c),
groups AS (SELECT DISTINCT tier FROM known UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE k.referenceable) / nullif(count(k.referenceable), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN known k ON k.month = m.period_start AND (g.tier IS NULL OR k.tier = g.tier)
GROUP BY ALL ORDER BY ALL
