-- Satisfied / responses (sheet 6, method=top2): the top two boxes of the answer's own scale: 4, 5 of 5; 6, 7 of 7; 9, 10 of 10.
-- No scale given: 1-5.
-- Every response counts, also a person's second (13 "Voice"). A null score is no response, one outside its scale is quarantined.
-- Our own people are out (G6). Tier at the answer. No responses: null.
WITH answers AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier, score, scale_max
    FROM survey_responses
    WHERE survey = 'csat' AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'),
groups AS (SELECT DISTINCT tier FROM answers UNION ALL SELECT NULL)
SELECT m.period_start, g.tier, count(*) FILTER (WHERE a.score >= a.scale_max - 1) / nullif(count(a.score), 0)::DOUBLE AS value
FROM months m CROSS JOIN groups g
LEFT JOIN answers a ON a.month = m.period_start AND (g.tier IS NULL OR a.tier = g.tier)
GROUP BY ALL ORDER BY ALL
