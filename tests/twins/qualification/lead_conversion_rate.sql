-- Of the persons first created in the month, the share that became customers by the refresh (sheet 2, cohort=created; 13: cohorts
-- are known at the horizon, 2024-09-01). Persons as in leads_generated.
-- Converted = an opportunity of the person's account was won after the lead's ts, strictly (sheet 2: "first closed-won of the
-- person's account after the lead's ts"). AMBIGUOUS: it is read as the first one after, so an account that had won before may
-- convert again; leads.converted_at plays no part. No account: never converts. Tier at the creation.
WITH firsts AS (
    SELECT DISTINCT ON (person) person, created_at, account_id FROM leads ORDER BY person, created_at),
born AS (
    SELECT date_trunc('month', created_at)::DATE AS month, tier_at(account_id, created_at) AS tier,
           EXISTS (SELECT 1 FROM opportunities o WHERE o.account_id = f.account_id AND o.status = 'won'
                   AND o.closed_at > f.created_at AND o.closed_at < getvariable('horizon')) AS converted
    FROM firsts f
    WHERE created_at >= DATE '2024-01-01' AND created_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM born UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE b.converted) / nullif(count(b.converted), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN born b ON b.month = m.period_start AND (g.tier IS NULL OR b.tier = g.tier)
GROUP BY ALL ORDER BY ALL
