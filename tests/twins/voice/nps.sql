-- 100 x (promoters - detractors) / responses: 9-10, 7-8, 0-6 (sheet 6); the latest response per person in the month (13 "Voice").
-- A null score is no response, so the person's latest scored one counts; a score outside 0-10 is quarantined. Person = contact;
-- responses without a contact are each a person of their own. Our own people are out (G6).
-- The latest per person is taken once, before grouping: an answer overtaken by a later one under another tier counts nowhere.
-- Tier at the answer. No responses: null.
WITH latest AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier, score
    FROM survey_responses
    WHERE survey = 'nps' AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'
    QUALIFY row_number() OVER (PARTITION BY month, coalesce(contact_id, response_id) ORDER BY answered_at DESC) = 1),
groups AS (SELECT DISTINCT tier FROM latest UNION ALL SELECT NULL)
SELECT m.period_start, g.tier,
       100.0 * (count(*) FILTER (WHERE l.score >= 9) - count(*) FILTER (WHERE l.score <= 6)) / nullif(count(l.score), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN latest l ON l.month = m.period_start AND (g.tier IS NULL OR l.tier = g.tier)
GROUP BY ALL ORDER BY ALL
