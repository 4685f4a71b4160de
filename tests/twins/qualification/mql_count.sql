-- Persons who first become marketing qualified (became_mql_at) in the month (sheet 2); later leads of the same person, qualified
-- again, add nothing. A score over the threshold without the time it was reached has no month (DESIGN 4). Tier at that instant.
WITH firsts AS (
    SELECT DISTINCT ON (person) person, became_mql_at AS became_at, account_id FROM leads
    WHERE became_mql_at IS NOT NULL
    ORDER BY person, became_mql_at),
dated AS (
    SELECT date_trunc('month', became_at)::DATE AS month, tier_at(account_id, became_at) AS tier, person FROM firsts
    WHERE became_at >= DATE '2024-01-01' AND became_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM dated UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(d.person)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN dated d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
