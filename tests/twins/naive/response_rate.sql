-- Wrong: divides by all invitations; nobody can answer what was not delivered.
SELECT m.period_start,
       (SELECT count(*) FROM survey_responses r WHERE r.survey IN ('nps', 'csat', 'ces')
        AND r.answered_at >= m.period_start AND r.answered_at < m.period_end)
       / nullif((SELECT count(*) FROM survey_invitations i WHERE i.survey IN ('nps', 'csat', 'ces')
                 AND i.sent_at >= m.period_start AND i.sent_at < m.period_end), 0)::DOUBLE AS value
FROM months m ORDER BY ALL
