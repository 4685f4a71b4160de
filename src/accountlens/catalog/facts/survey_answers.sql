/*
about: Answers with a score, and the person who gave it. An answer of nobody known is a person of its own.
key: [response_id]
primary: survey_responses
stored: false
*/
SELECT r.*, COALESCE(r.contact_id, r.employee_id, r.response_id) AS person_id,
    ROW_NUMBER() OVER (ORDER BY r.answered_at, r.response_id) AS answer_number  -- of two answers at one instant one is the later
FROM survey_responses r
LEFT JOIN contacts c ON c.contact_id = r.contact_id
WHERE r.score IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE)
