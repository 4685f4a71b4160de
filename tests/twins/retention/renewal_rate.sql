-- Contracts due in the month that renewed / contracts due (sheet 5); renewal_rate is logo_renewal_rate (13). Due = ends_on in the month.
-- Renewed: decided at any time before the end (early counts where the term ended) or within 30 days after it; later is lost.
-- Not decided is lost once the grace is over at the refresh (2024-09-01; 13 "as_of of cohorts"), inside it left out: none is here,
-- all due before August. Lost before the end (cancelled mid-term) is due and lost at its original end. Counts contracts, so one of
-- no account stands in (unmatched) and total. Tier at ends_on 00:00, the event that makes the cohort.
WITH due AS (
    SELECT date_trunc('month', ends_on)::DATE AS month, tier_at(account_id, ends_on) AS tier,
           coalesce(decision = 'renewed' AND decided_at <= ends_on + INTERVAL 30 DAYS, false) AS renewed,
           coalesce(decision, 'pending') = 'pending' AND ends_on + INTERVAL 30 DAYS > getvariable('horizon') AS undecided
    FROM contracts
    WHERE ends_on >= DATE '2024-01-01' AND ends_on < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM due UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       count(*) FILTER (WHERE d.renewed) / nullif(count(*) FILTER (WHERE NOT d.undecided), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN due d ON d.month = m.period_start AND (g.tier IS NULL OR d.tier = g.tier)
GROUP BY ALL ORDER BY ALL
