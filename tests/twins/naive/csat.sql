-- Wrong: 4 and above is satisfied; on a scale of ten it is not.
SELECT m.period_start, avg((r.score >= 4)::INT) AS value
FROM months m LEFT JOIN survey_responses r ON date_trunc('month', r.answered_at) = m.period_start
    AND r.survey = 'csat'
GROUP BY ALL ORDER BY ALL
