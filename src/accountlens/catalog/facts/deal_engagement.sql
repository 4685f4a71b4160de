/*
about: The time in which a person counts as engaged while an opportunity is open - one the opportunity names, or where it names nobody, one of its account.
key: [opportunity_id, contact_id, from_at]
primary: activities
reduced: true
*/
WITH named AS (
    SELECT p.opportunity_id, p.contact_id
    FROM opportunity_contacts p
    JOIN known_contacts c ON c.contact_id = p.contact_id
),
people AS (
    SELECT n.opportunity_id, n.contact_id FROM named n
    UNION ALL
    SELECT o.opportunity_id, c.contact_id
    FROM opportunities o
    JOIN known_contacts c ON c.account_id = o.account_id
    LEFT JOIN (SELECT DISTINCT opportunity_id FROM named) n ON n.opportunity_id = o.opportunity_id
    WHERE n.opportunity_id IS NULL
)
SELECT s.opportunity_id, p.contact_id, s.account_id, s.owner_id, s.product_id, s.type, s.source, s.stage,
    CASE WHEN s.valid_from > e.engaged_at THEN s.valid_from ELSE e.engaged_at END AS from_at,
    CASE WHEN s.valid_to < e.engaged_until THEN s.valid_to ELSE e.engaged_until END AS to_at
FROM opportunity_states s
JOIN people p ON p.opportunity_id = s.opportunity_id
JOIN contact_presence e ON e.contact_id = p.contact_id
WHERE e.engaged_until > s.valid_from AND (s.valid_to IS NULL OR s.valid_to > e.engaged_at)
