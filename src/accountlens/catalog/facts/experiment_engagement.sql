/*
about: What people of target accounts and their control group did, in engagement points, beside each time an account stood in one of the two groups of the target list.
key: [account_id, happened_at]
primary: activities
stored: false
*/
SELECT m.account_id, m.joined_at AS happened_at, m.joined_at, m.left_at, m.arm, 0e0 AS amount
FROM experiment_arms m
UNION ALL
SELECT e.account_id, e.occurred_at, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), NULL, e.points
FROM engagements e
JOIN (SELECT DISTINCT account_id AS listed_id FROM experiment_arms) l ON l.listed_id = e.account_id
WHERE e.points <> 0
