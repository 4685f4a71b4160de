-- Mean of close - created in elapsed days over opportunities won in the month (sheet 3, start=created, stat=mean).
-- Fractions of a day are kept; a bare date is 00:00, so date-only pairs give whole days and same day = 0 (G1, G5).
-- Closed before created: left out (sheet 3, 13 "Rows"). Creation unknown: no part (DESIGN 4). Amount is not needed.
WITH won AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier,
           epoch(closed_at - created_at) / 86400 AS days
    FROM opportunities
    WHERE status = 'won' AND closed_at >= created_at
      AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM won UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(w.days) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN won w ON w.month = m.period_start AND (g.tier IS NULL OR w.tier = g.tier)
GROUP BY ALL ORDER BY ALL
