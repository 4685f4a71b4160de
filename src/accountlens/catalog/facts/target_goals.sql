/*
about: The time an account stands on the target list, with the instants of its first opportunity and its first won one.
key: [account_id, joined_at]
primary: opportunities
stored: false
*/
WITH reached AS (
    SELECT account_id, MIN(created_at) AS opportunity_at, MIN(CASE WHEN status = 'won' THEN closed_at END) AS customer_at
    FROM opportunities
    WHERE account_id IS NOT NULL
    GROUP BY account_id
)
SELECT t.account_id, t.joined_at, t.left_at, r.opportunity_at, r.customer_at
FROM target_spans t
LEFT JOIN reached r ON r.account_id = t.account_id
