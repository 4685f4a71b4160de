-- MRR at the month's end t of the accounts live 12 calendar months before / their MRR then (sheet 5, nrr trailing 12 months; 13).
-- Opening = t - 12 months (G1: calendar windows step by month); cohort_snapshot: only its two ends count. Opening 0: null.
-- MRR of no account would stand in (unmatched) and total. Live at t as in nrr: s42, from 1 June 2023, is not in the opening of 1 June.
-- Tier just before the opening, above and below the line; before any history the earliest recorded value.
WITH paying AS (
    SELECT m.period_start AS month, tier_before(s.account_id, m.period_end - INTERVAL 12 MONTHS) AS tier, s.account_id,
           sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end - INTERVAL 12 MONTHS)) AS opening,
           coalesce(sum(s.mrr) FILTER (WHERE live(s.started_on, s.ended_on, m.period_end)), 0) AS closing
    FROM months m CROSS JOIN subscriptions s
    GROUP BY m.period_start, m.period_end, s.account_id
    HAVING opening > 0),
groups AS (SELECT DISTINCT tier FROM paying UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, sum(p.closing) / sum(p.opening) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN paying p ON p.month = m.period_start AND (g.tier IS NULL OR p.tier = g.tier)
GROUP BY ALL ORDER BY ALL
