/*
about: Answers with the monthly recurring revenue of the account just before it answered.
key: [response_id]
primary: survey_responses
stored: false
*/
WITH revenue AS (
    SELECT a.response_id, SUM(s.mrr) AS mrr
    FROM survey_answers a
    JOIN subscription_spans s ON s.account_id = a.account_id
        AND s.started_at < a.answered_at AND (s.ended_at IS NULL OR s.ended_at >= a.answered_at)
    GROUP BY a.response_id
)
SELECT COALESCE(r.mrr, 0) AS account_mrr, a.*
FROM survey_answers a
LEFT JOIN revenue r ON r.response_id = a.response_id
