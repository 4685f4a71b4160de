-- Of the persons who first become MQL in the month, those who become SQL within 30 days / all of them (sheet 2, within_days=30).
-- MQL and SQL as in mql_count and sql_count: first became_mql_at of the person; became_sql_at with need true and at least 3 of
-- budget, authority, need, timeline true, unknown is false. Within: from the first MQL instant to before it + 30 d, up to the refresh (13
-- "as_of of cohorts"). One of no account stands in (unmatched) and total. No MQL: null. Tier at the MQL instant.
WITH firsts AS (
    SELECT DISTINCT ON (person) person, became_mql_at AS became_at, account_id FROM leads
    WHERE became_mql_at IS NOT NULL
    ORDER BY person, became_mql_at),
cohort AS (
    SELECT date_trunc('month', f.became_at)::DATE AS month, tier_at(f.account_id, f.became_at) AS tier,
           EXISTS (SELECT 1 FROM leads l
                   WHERE l.person = f.person AND l.became_mql_at IS NOT NULL AND l.need
                     AND l.budget::INT + l.authority::INT + l.need::INT + l.timeline::INT >= 3
                     AND l.became_sql_at >= f.became_at AND l.became_sql_at < f.became_at + INTERVAL 30 DAYS
                     AND l.became_sql_at < getvariable('horizon')) AS accepted
    FROM firsts f
    WHERE f.became_at >= DATE '2024-01-01' AND f.became_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM cohort UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE c.accepted) / nullif(count(c.accepted), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN cohort c ON c.month = m.period_start AND (g.tier IS NULL OR c.tier = g.tier)
GROUP BY ALL ORDER BY ALL
