-- Wrong: every answer, and small teams are shown; a team of three is no longer anonymous.
WITH answers AS (
    SELECT date_trunc('month', r.answered_at)::DATE AS month, coalesce(e.team, '(unknown)') AS team, r.score
    FROM survey_responses r JOIN employees e USING (employee_id) WHERE r.survey = 'enps')
SELECT m.period_start, a.team, 100.0 * (count(*) FILTER (WHERE a.score >= 9) - count(*) FILTER (WHERE a.score <= 6)) / count(*) AS value
FROM months m JOIN answers a ON a.month = m.period_start GROUP BY ALL ORDER BY ALL
