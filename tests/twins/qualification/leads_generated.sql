-- Distinct new persons: the first lead of a person falls in the month (sheet 2, 13 "Leads").
-- Same person = same e-mail without regard to case, else contact_id, else lead_id; a person first seen before the asked months is
-- never new again. Our own people are out (G6). Tier at the first creation. No account: (unmatched).
WITH firsts AS (
    SELECT DISTINCT ON (person) person, created_at, account_id FROM leads ORDER BY person, created_at),
born AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier, person FROM firsts
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM born UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(b.person)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN born b ON b.month = m.period_start AND (g.tier IS NULL OR b.tier = g.tier)
GROUP BY ALL ORDER BY ALL
