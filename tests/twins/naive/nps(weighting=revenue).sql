-- Wrong: each answer weighs with the account's revenue, so a customer of many answers counts its money many times.
WITH latest AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, account_id, answered_at, score FROM survey_responses WHERE survey = 'nps' AND account_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY month, coalesce(contact_id, response_id) ORDER BY answered_at DESC) = 1),
paid AS (
    SELECT l.*, (SELECT sum(s.mrr) FROM subscriptions s WHERE s.account_id = l.account_id AND live(s.started_on, s.ended_on, l.answered_at)) AS mrr FROM latest l)
SELECT m.period_start,
       100.0 * (sum(p.mrr) FILTER (WHERE p.score >= 9) - sum(p.mrr) FILTER (WHERE p.score <= 6)) / nullif(sum(p.mrr), 0) AS value
FROM months m LEFT JOIN paid p ON p.month = m.period_start GROUP BY ALL ORDER BY ALL
