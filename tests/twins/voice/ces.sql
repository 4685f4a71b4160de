-- Mean of agreement "made it easy" 1-7, higher is easier (sheet 6, method=mean, scale=ease). No scale given: 1-7.
-- Every response counts, also a person's second (13 "Voice"). A null score is no response, one outside its scale is quarantined.
-- Our own people are out (G6). Tier at the answer. No responses: null.
WITH answers AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier, score, scale_max
    FROM survey_responses
    WHERE survey = 'ces' AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM answers UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, avg(a.score) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN answers a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
