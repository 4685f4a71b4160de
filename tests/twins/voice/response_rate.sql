-- Survey responses answered in the month / invitations delivered of those sent in the month, each by its own date (sheet 6, 13 "Voice").
-- May exceed 1. A null score is no response (sheet 6). Invitations not delivered do not count. Our own people are out (G6).
-- AMBIGUOUS: which surveys. Read: those of customers (nps, csat, ces), as the family is customer voice; employees (enps, esat) are
-- internal rows (G6). Tier of a response at the answer, of an invitation at the sending.
WITH answered AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier FROM survey_responses
    WHERE survey IN ('nps', 'csat', 'ces') AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'),
invited AS (
    SELECT date_trunc('month', sent_at)::DATE AS month, tier_at(account_id, sent_at) AS tier FROM survey_invitations
    WHERE survey IN ('nps', 'csat', 'ces') AND delivered AND sent_at >= DATE '2024-01-01' AND sent_at < DATE '2024-08-01'),
groups AS (SELECT tier FROM answered UNION SELECT tier FROM invited UNION SELECT NULL)
SELECT m.period_start, g.tier,
       (SELECT count(*) FROM answered a WHERE a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier))
       / nullif((SELECT count(*) FROM invited i WHERE i.month = m.period_start AND (g.tier IS NULL OR i.tier = g.tier)), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
ORDER BY ALL
