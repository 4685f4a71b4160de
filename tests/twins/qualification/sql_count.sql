-- Persons who first become sales qualified in the month: an MQL (became_mql_at known) accepted by sales (became_sql_at) with need true
-- and at least 3 of budget, authority, need, timeline true; unknown counts as false (sheet 2, min_bant=3). Tier at the acceptance.
-- A lead accepted without ever having been an MQL is not counted: "SQL = MQL accepted by sales".
WITH firsts AS (
    SELECT DISTINCT ON (person) person, became_sql_at AS became_at, account_id FROM leads
    WHERE became_sql_at IS NOT NULL AND became_mql_at IS NOT NULL AND need
      AND budget::INT + authority::INT + need::INT + timeline::INT >= 3
    ORDER BY person, became_sql_at),
dated AS (
    SELECT date_trunc('month', became_at)::DATE AS month, tier_at(account_id, became_at) AS tier, person FROM firsts
    WHERE became_at >= DATE '2024-01-01' AND became_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM dated UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(d.person)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN dated d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
