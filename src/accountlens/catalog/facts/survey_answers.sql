/*
about: Answers with a score, the person who gave it, and when that person answered the same survey again.
key: [response_id]
primary: survey_responses
*/
WITH answers AS (
    SELECT COALESCE(r.contact_id, r.employee_id, r.response_id) AS person_id, r.*
    FROM survey_responses r
    LEFT JOIN contacts c ON c.contact_id = r.contact_id
    WHERE r.score IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE)
)
SELECT
    -- of two answers at one instant the later id is the latest
    LEAD(a.answered_at) OVER (PARTITION BY a.survey, a.person_id ORDER BY a.answered_at, a.response_id) AS next_answered_at,
    a.*
FROM answers a
