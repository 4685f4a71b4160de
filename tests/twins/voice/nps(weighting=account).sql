-- Mean of the accounts' NPS (sheet 6, O account-weighted): every account with an answer weighs the same, however many answered.
-- Answers as in nps: the latest per person in the month, taken before grouping; tier at the answer, so an account that changes tier
-- inside the month stands in both with its answers there. Answers of no account belong to none of the accounts. No account: null.
WITH latest AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier, account_id, score
    FROM survey_responses
    WHERE survey = 'nps' AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'
    QUALIFY row_number() OVER (PARTITION BY month, coalesce(contact_id, response_id) ORDER BY answered_at DESC) = 1),
groups AS (SELECT DISTINCT tier FROM latest WHERE account_id IS NOT NULL UNION ALL SELECT NULL),
account_scores AS (
    SELECT l.month, g.tier, l.account_id,
           100.0 * (count(*) FILTER (WHERE l.score >= 9) - count(*) FILTER (WHERE l.score <= 6)) / count(*) AS net
    FROM latest l JOIN groups g ON g.tier IS NULL OR l.tier = g.tier
    WHERE l.account_id IS NOT NULL
    GROUP BY ALL)
SELECT m.period_start, g.tier, avg(s.net) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN account_scores s ON s.month = m.period_start AND s.tier IS NOT DISTINCT FROM g.tier
GROUP BY ALL ORDER BY ALL
