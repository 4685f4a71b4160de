-- Wrong: an account that ever won converts all its leads, also those who came after the deal.
WITH firsts AS (SELECT DISTINCT ON (person) person, created_at, account_id FROM leads ORDER BY person, created_at)
SELECT m.period_start, avg((f.account_id IN (SELECT o.account_id FROM opportunities o WHERE o.status = 'won' AND o.account_id IS NOT NULL))::INT) AS value
FROM months m LEFT JOIN firsts f ON date_trunc('month', f.created_at) = m.period_start
GROUP BY ALL ORDER BY ALL
