/*
about: What our own people answered in surveys, with their team.
key: [response_id]
primary: survey_responses
stored: false
*/
SELECT a.response_id, a.survey, a.answered_at, a.next_answered_at, a.score, a.scale_min, a.scale_max, a.person_id, a.employee_id,
    e.team, e.role, e.manager_id
FROM survey_answers a
LEFT JOIN employees e ON e.employee_id = a.employee_id
WHERE a.survey IN ('enps', 'esat')
