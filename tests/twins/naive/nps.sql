-- Wrong: every answer; a person who answers twice has changed their mind, not doubled.
SELECT m.period_start, 100.0 * (count(*) FILTER (WHERE r.score >= 9) - count(*) FILTER (WHERE r.score <= 6)) / nullif(count(r.score), 0) AS value
FROM months m LEFT JOIN survey_responses r ON date_trunc('month', r.answered_at) = m.period_start
    AND r.survey = 'nps'
GROUP BY ALL ORDER BY ALL
