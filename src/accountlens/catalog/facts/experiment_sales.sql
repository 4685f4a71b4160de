/*
about: What target accounts and their control group bought, beside each time an account stood in one of the two groups of the target list.
key: [account_id, happened_at]
primary: opportunities
stored: false
*/
SELECT m.account_id, m.joined_at AS happened_at, m.joined_at, m.left_at, m.arm, 0e0 AS amount
FROM experiment_arms m
UNION ALL
SELECT o.account_id, o.closed_at, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), NULL, COALESCE(o.amount, 0e0)
FROM opportunities o
JOIN (SELECT DISTINCT account_id AS listed_id FROM experiment_arms) l ON l.listed_id = o.account_id
WHERE o.status = 'won' AND o.closed_at IS NOT NULL
