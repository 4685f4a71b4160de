-- Median hours from creation to the final solving, over tickets finally solved in the month (sheet 7, stat=median; reopening extends).
-- Reopened after its solving and not solved again: no final solving, left out. Tier at the solving.
WITH solved AS (
    SELECT date_trunc('month', solved_at)::DATE AS month, tier_at(account_id, solved_at) AS tier,
           epoch(solved_at - created_at) / 3600 AS hours
    FROM tickets
    WHERE (reopened_at IS NULL OR reopened_at <= solved_at)
      AND solved_at >= DATE '2024-01-01' AND solved_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM solved UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, median(s.hours) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN solved s ON s.month = m.period_start AND (g.tier IS NULL OR s.tier = g.tier)
GROUP BY ALL ORDER BY ALL
