-- Wrong: every person weighs the same; an account with ten answers outweighs nine with one.
WITH latest AS (
    SELECT date_trunc('month', answered_at)::DATE AS month, score FROM survey_responses WHERE survey = 'nps' AND account_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY month, coalesce(contact_id, response_id) ORDER BY answered_at DESC) = 1)
SELECT m.period_start, 100.0 * (count(*) FILTER (WHERE l.score >= 9) - count(*) FILTER (WHERE l.score <= 6)) / nullif(count(l.score), 0) AS value
FROM months m LEFT JOIN latest l ON l.month = m.period_start GROUP BY ALL ORDER BY ALL
