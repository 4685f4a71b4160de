-- Mean of the accounts' NPS weighted by the revenue behind each answer (sheet 6, O revenue-weighted).
-- AMBIGUOUS: which revenue. Read: the account's MRR just before the answer (G2, sheet 5), euros at each subscription's start; an account
-- that answers more than once weighs with the mean of it over its answers, so its weight is money and not the number of its people.
-- An account without MRR weighs nothing; answers of no account belong to none. No MRR behind any answer: null (G4).
-- Answers as in nps: the latest per person in the month, taken before grouping; tier at the answer.
WITH latest AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, tier_at(account_id, answered_at) AS tier, account_id, score, answered_at
    FROM survey_responses
    WHERE survey = 'nps' AND answered_at >= DATE '2024-01-01' AND answered_at < DATE '2024-08-01'
    QUALIFY row_number() OVER (PARTITION BY month, coalesce(contact_id, response_id) ORDER BY answered_at DESC) = 1),
paid AS (
    SELECT l.*, coalesce((SELECT sum(s.mrr) FROM subscriptions s
                          WHERE s.account_id = l.account_id AND live(s.started_on, s.ended_on, l.answered_at)), 0) AS mrr
    FROM latest l WHERE l.account_id IS NOT NULL),
groups AS (SELECT DISTINCT tier FROM paid UNION ALL SELECT NULL),
account_scores AS (
    SELECT p.month, g.tier, p.account_id, avg(p.mrr) AS weight,
           100.0 * (count(*) FILTER (WHERE p.score >= 9) - count(*) FILTER (WHERE p.score <= 6)) / count(*) AS net
    FROM paid p JOIN groups g ON g.tier IS NULL OR p.tier = g.tier
    GROUP BY ALL)
SELECT m.period_start, g.tier, sum(s.net * s.weight) / nullif(sum(s.weight), 0) AS value
FROM months m CROSS JOIN groups g
LEFT JOIN account_scores s ON s.month = m.period_start AND s.tier IS NOT DISTINCT FROM g.tier
GROUP BY ALL ORDER BY ALL
