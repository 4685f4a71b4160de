/*
about: Satisfaction ratings of Zendesk - good is 5, bad is 1 of 5.
needs: {satisfaction_rating: [id, score, updated_at]}
uses:
  satisfaction_rating: [ticket_id, requester_id, comment]
  ticket: [id, organization_id]
or_empty: [ticket]
*/
SELECT
    s.id AS response_id,
    'csat' AS survey,
    s.updated_at AS answered_at,
    CASE WHEN s.score LIKE 'good%' THEN 5 WHEN s.score LIKE 'bad%' THEN 1 END AS score,
    1 AS scale_min,
    5 AS scale_max,
    t.organization_id AS account_id,
    s.requester_id AS contact_id,
    s.comment
FROM source.satisfaction_rating AS s
LEFT JOIN source.ticket AS t ON t.id = s.ticket_id
WHERE s.score LIKE 'good%' OR s.score LIKE 'bad%'
