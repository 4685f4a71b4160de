-- Sum of min(renewed value, expiring value) of contracts due in the month / expiring value due (sheet 5). Due = ends_on in the month.
-- Renewed as in logo_renewal_rate: decided before the end or within 30 days after it; later, lost, or undecided past the grace renews 0
-- but stays below the line; undecided inside the grace at the refresh (2024-09-01) is left out: none is here. Money of no account
-- stands in (unmatched) and total. Nothing due: null. Tier at ends_on 00:00, the event that makes the cohort.
WITH due AS (
    SELECT date_trunc('month', ends_on)::DATE AS month, tier_at(account_id, ends_on) AS tier, value AS expiring,
           CASE WHEN decision = 'renewed' AND decided_at <= ends_on + INTERVAL 30 DAYS THEN least(renewed_value, value) ELSE 0 END AS renewed
    FROM contracts
    WHERE ends_on >= DATE '2024-01-01' AND ends_on < DATE '2024-08-01'
      AND NOT (coalesce(decision, 'pending') = 'pending' AND ends_on + INTERVAL 30 DAYS > getvariable('horizon'))),
groups AS (SELECT DISTINCT tier FROM due UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, sum(d.renewed) / nullif(sum(d.expiring), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN due d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
