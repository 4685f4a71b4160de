-- Won / (won + lost), by count, closed cohort: the opportunities decided in the month (sheet 3).
-- Disqualified is in neither (sheet 3). Won without an amount counts (13 "Sales"). Closed before created counts: it is left
-- out of durations only (13 "Rows"). Lost without closed_at takes no part (DESIGN 4). No account: group (unmatched), and total.
-- Tier at the closing instant; a change at that instant already holds (G7: an event counts at its ts).
WITH decided AS (
    SELECT date_trunc('month', closed_at)::DATE AS month, tier_at(account_id, closed_at) AS tier, status
    FROM opportunities
    WHERE status IN ('won', 'lost') AND closed_at >= DATE '2024-01-01' AND closed_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM decided UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE d.status = 'won') / nullif(count(d.status), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN decided d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
