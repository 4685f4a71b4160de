/*
about: One person who showed interest, with the first deal won with his account afterwards.
key: [person_id]
primary: opportunities
*/
SELECT p.person_id, p.lead_id, p.account_id, p.contact_id, p.source, p.owner_id, p.created_at, MIN(o.closed_at) AS won_at
FROM lead_people p
LEFT JOIN opportunities o ON o.account_id = p.account_id AND o.status = 'won' AND o.closed_at > p.created_at
GROUP BY p.person_id, p.lead_id, p.account_id, p.contact_id, p.source, p.owner_id, p.created_at
